// The Lakebase pool beside its peers: prints the tables and every number with its goal. Usage: scripts/bench-pool.sh
import { loadavg } from "node:os";
import { measureRevocation, measureRotation, measureStorm, storms } from "./faults.mjs";
import { contestants, startEmulator } from "./lib.mjs";
import { goals, tables } from "./report.mjs";
import { measureThroughput } from "./throughput.mjs";
import { write } from "./write.mjs";

const parts = ["throughput", "rotation", "revocation", "storm"];
const fail = (text) => {
  console.error(`error: ${text}`);
  process.exit(2);
};

// --only takes the names up to the next option; the other words are parts.
const wanted = { parts: [], only: [], isWritten: false, isVerbose: false };
let list = wanted.parts;
for (const word of process.argv.slice(2)) {
  if (word === "--only") list = wanted.only;
  else if (word === "--write") wanted.isWritten = true;
  else if (word === "--verbose") wanted.isVerbose = true;
  else if (list === wanted.only ? !(word in contestants) : !parts.includes(word)) fail(`${word} is none of ${(list === wanted.only ? Object.keys(contestants) : parts).join(", ")}`);
  else list.push(word);
}
const chosen = Object.keys(contestants).filter((name) => wanted.only.length === 0 || wanted.only.includes(name));
const minting = chosen.filter((name) => contestants[name].credentials);
const isPart = (name) => wanted.parts.length === 0 || wanted.parts.includes(name);
if (wanted.isWritten && (wanted.parts.length > 0 || wanted.only.length > 0)) fail("--write is for a whole run: leave the parts and --only out");

const isFull = process.env.BENCH_FULL === "1";
const shape = { rounds: isFull ? 9 : 5, seconds: 4, rotationSeconds: isFull ? 60 : 20 };
const say = (text) => console.error(`      ${text}`);
const found = (result) => {
  if (wanted.isVerbose) say(JSON.stringify(result));
  return result;
};

const loads = [loadavg()[0]];
const results = {};
if (minting.length > 0 && ["rotation", "revocation", "storm"].some(isPart)) {
  const emulator = await startEmulator("127.0.0.3", 5432);
  if (isPart("rotation")) {
    results.rotation = [];
    for (const name of minting) {
      say(`tokens of 3 s: ${name}`);
      results.rotation.push(found(await measureRotation(emulator, name, shape.rotationSeconds)));
    }
  }
  if (isPart("revocation")) {
    results.revocation = [];
    for (const name of minting) {
      say(`all tokens revoked: ${name}`);
      results.revocation.push(found(await measureRevocation(emulator, name)));
    }
  }
  if (isPart("storm")) {
    results.storm = [];
    for (const storm of Object.keys(storms)) {
      for (const name of minting) {
        say(`credential endpoint: ${storm}: ${name}`);
        results.storm.push(found(await measureStorm(emulator, name, storm)));
      }
    }
  }
  await emulator.stop();
  loads.push(loadavg()[0]);
}

if (isPart("throughput")) {
  results.throughput = await measureThroughput(chosen, shape, say);
  loads.push(loadavg()[0]);
}

const text = tables(results, shape);
console.log(`${text}\n`);
const lines = goals(results, shape);
for (const { isMet, what, value, unit, goal } of lines) console.log(`${isMet ? "ok  " : "MISS"}  ${what.padEnd(66)} ${value.padStart(10)} ${unit.padEnd(5)} ${goal}`);
const reached = lines.filter(({ isMet }) => isMet).length;
console.log(`${reached} of ${lines.length} numbers reached; load of the machine ${loads.map((load) => load.toFixed(1)).join(", ")}`);
if (wanted.isWritten) await write({ text, lines, loads, shape });
process.exitCode = reached === lines.length ? 0 : 1;
