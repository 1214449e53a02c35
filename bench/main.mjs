// Prints every number with its goal. Usage: scripts/bench.sh [pages|start|streams|load|streaming|import|first-event|questions|size]...
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { asked, measureFirstEvent, rows } from "./first-event.mjs";
import { measureImport } from "./import.mjs";
import { site, sum } from "./lib.mjs";
import { measurePages } from "./pages.mjs";
import { measureLoad, measureStart, measureStreams } from "./process.mjs";
import { measureQuestions } from "./questions.mjs";
import { measureStreaming } from "./streaming.mjs";

const wanted = process.argv.slice(2);
const lines = [];
const row = (what, value, unit, goal, isMet) => {
  const line = `${isMet ? "ok  " : "MISS"}  ${what.padEnd(62)} ${value.padStart(9)} ${unit.padEnd(7)} ${goal}`;
  lines.push(line);
  console.log(line);
};
const atMost = (what, value, digits, unit, limit) => row(what, value.toFixed(digits), unit, `at most ${limit}`, value <= limit);
const atLeast = (what, value, digits, unit, limit) => row(what, value.toFixed(digits), unit, `at least ${limit}`, value >= limit);

const parts = {
  async size() {
    const folder = join(site, "pkg");
    const names = (await readdir(folder)).filter((name) => /\.(js|wasm|css)\.br$/.test(name));
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    atMost("first load: script, bundle and style, brotli", sum(sizes) / 1000, 1, "kB", 200);
  },
  async start() {
    const { startMs, idleMib } = await measureStart();
    atMost("process start to the first 200 of /, no database", startMs, 1, "ms", 50);
    atMost("resident memory, idle", idleMib, 1, "MiB", 15);
  },
  async streams() {
    const { streams, streamsMib } = await measureStreams();
    atMost(`resident memory, ${streams} open event streams`, streamsMib, 1, "MiB", 64);
  },
  async load() {
    const { answers, perSecond, medianMs, p99Ms, loadMib } = await measureLoad();
    console.log(`      ${answers} answers at once, ${perSecond.toFixed(0)} words heard a second, half of them within ${medianMs.toFixed(0)} ms`);
    atMost(`${answers} streams at 30 events/s: delay, 99th percentile`, p99Ms, 0, "ms", 50);
    atMost(`${answers} streams at 30 events/s: resident memory`, loadMib, 1, "MiB", 200);
  },
  async pages() {
    const { pageBytes, rates, stores } = await measurePages(process.env.TEST_DATABASE_URL);
    console.log(`      50-message chat, ${pageBytes} bytes; requests per second:`, Object.entries(rates).map(([name, rate]) => `${name} ${rate.toFixed(0)}`).join(", "));
    for (const { store, ofStatic, ofReact } of stores) {
      atLeast(`50-message chat on ${store}, of the same bytes from axum`, ofStatic, 3, "x", 0.12);
      atLeast(`50-message chat on ${store}, of React 19 streaming + express`, ofReact, 1, "x", 6);
    }
  },
  async streaming() {
    const { short, long } = await measureStreaming();
    for (const [size, { oursMs, bareMs, bareLongestMs }] of Object.entries({ "20 kB": short, "200 kB": long })) {
      console.log(`      one update at the end of a ${size} answer: ours ${oursMs.toFixed(2)} ms, bare page ${bareMs.toFixed(2)} ms of main thread; the bare page's longest task ${bareLongestMs.toFixed(0)} ms`);
    }
    atMost("streaming update: last tenth of a 20 kB answer over the first", short.growth, 2, "x", 1.2);
    atMost("streaming update: ours over a bare page with frozen blocks", short.ratio, 2, "x", 1.5);
    atMost("streaming update: at the end of a 200 kB answer", long.oursMs, 2, "ms", 2);
    atMost("streaming: longest task of a 20 kB and a 200 kB answer", Math.max(short.longestMs, long.longestMs), 0, "ms", 50);
  },
  async import() {
    const { importMs, questionMs } = await measureImport();
    atMost("import of 100,000 CSV rows through the API, memory", importMs, 0, "ms", 2000);
    atMost("first question on them, asked to answered", questionMs, 0, "ms", 50);
  },
  async "first-event"() {
    const { medianMs, p99Ms } = await measureFirstEvent();
    console.log(`      ${asked} questions on ${rows} rows: half of them heard their first event within ${medianMs.toFixed(1)} ms`);
    atMost("post to the first event, built-in engine: 99th percentile", p99Ms, 1, "ms", 50);
  },
  async questions() {
    const { againMs, firstMs, importedMib } = await measureQuestions(process.env.TEST_DATABASE_URL);
    console.log(`      1,000,000 rows imported through the API take ${importedMib.toFixed(0)} MiB of resident memory`);
    atMost("1,000,000 rows: the first question after a start, PostgreSQL", firstMs, 0, "ms", 150);
    atMost("1,000,000 rows: the same question again, memory", againMs, 1, "ms", 10);
  },
};

for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await measure();
}
const missed = lines.filter((line) => line.startsWith("MISS")).length;
console.log(`${lines.length - missed} of ${lines.length} numbers reached`);
process.exitCode = missed === 0 ? 0 : 1;
