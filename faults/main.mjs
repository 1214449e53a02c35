// The fault matrix against the real server. Usage: scripts/faults.sh [--write] [--keep] [ROW...]
//   --write  also writes the table into docs/reliability.md
//   --keep   leaves the folders of rows that broke a rule
// Exits with 1 when a rule is broken; a goal in milliseconds that was missed (~) counts with FAULTS_STRICT=1.
// FAULTS_FULL=1 runs the long rows at their full length; FAULTS_PROGRAM and FAULTS_EMULATOR name other builds.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "./lib/cluster.mjs";
import { root } from "./lib/process.mjs";
import { Scene } from "./lib/scene.mjs";
import { printRow, printTable, writeTable } from "./lib/table.mjs";
import { credentials } from "./rows/credentials.mjs";
import { database } from "./rows/database.mjs";
import { network } from "./rows/network.mjs";
import { processes } from "./rows/processes.mjs";
import { resources } from "./rows/resources.mjs";
import { streams } from "./rows/streams.mjs";

const options = process.argv.slice(2).filter((word) => word.startsWith("--"));
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const byNumber = (a, b) => (parseInt(a.id, 10) || 100) - (parseInt(b.id, 10) || 100);
const all = [...credentials, ...database, ...network, ...processes, ...resources, ...streams].sort(byNumber);
// `3` is 3a and 3b, not 30.
const isWanted = ({ id }) => wanted.length === 0 || wanted.some((name) => id === name || (/^\d+$/.test(name) && id.replace(/[a-z]$/, "") === name));
const unknown = wanted.filter((name) => !all.some(({ id }) => id === name || id.replace(/[a-z]$/, "") === name));
if (unknown.length > 0 || options.includes("--help")) {
  console.error(`no row ${unknown.join(", ")}; the rows:\n${all.map(({ id, fault }) => `  ${id.padEnd(10)} ${fault}`).join("\n")}`);
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "lakeledger-faults-"));
await chmod(folder, 0o755);
const programs = {
  app: process.env.FAULTS_PROGRAM ?? join(root, "target/debug/lakeledger"),
  emulator: process.env.FAULTS_EMULATOR ?? join(root, "target/debug/emulator"),
};
const stage = { folder, programs, firstPageMs: Number(process.env.FAULTS_FIRST_PAGE_MS ?? 100) };
const isFull = process.env.FAULTS_FULL === "1";
const results = [];
let scene;
let isStopped = false;
const strike = async (isKept) => scene?.strike({ isKept });
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (isStopped = true));

try {
  stage.cluster = await Cluster.make({ folder: await mkdtemp(join(folder, "cluster-")), bin: process.env.FAULTS_POSTGRES_BIN, owner: process.env.FAULTS_POSTGRES_OWNER || undefined });
  await stage.cluster.start();
  for (const row of all.filter(isWanted)) {
    if (isStopped) break;
    scene = new Scene(stage, { isFull });
    let result;
    try {
      await row.run(scene);
      result = await scene.finish();
    } catch (error) {
      result = { ...(await scene.finish().catch(() => ({}))), broken: [...scene.broken, error.stack ?? String(error)] };
    }
    const isBroken = result.broken.length > 0;
    results.push({ ...row, ...result });
    printRow(results.at(-1), isBroken && options.includes("--keep") ? scene.folder : undefined);
    await strike(isBroken && options.includes("--keep"));
    scene = undefined;
    await stage.cluster.ensure();
  }
} finally {
  await strike(false);
  await stage.cluster?.remove();
  if (!options.includes("--keep")) await rm(folder, { recursive: true, force: true });
}

printTable(results);
if (options.includes("--write")) await writeTable(results, all);
const broken = results.filter(({ broken }) => broken.length > 0);
console.log(`${results.length - broken.length} of ${results.length} rows keep their rules${broken.length > 0 ? `; broken: ${broken.map(({ id }) => id).join(" ")}` : ""}`);
const late = results.filter(({ missed }) => missed?.length > 0);
if (late.length > 0) console.log(`goals missed in: ${late.map(({ id }) => id).join(" ")}`);
process.exitCode = broken.length > 0 || isStopped || (process.env.FAULTS_STRICT === "1" && late.length > 0) ? 1 : 0;
