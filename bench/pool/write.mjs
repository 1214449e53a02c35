// Puts a run into docs/benchmarks.md, between its two markers.
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { execFileSync } from "node:child_process";
import { given } from "./lib.mjs";

const file = new URL("../../docs/benchmarks.md", import.meta.url);
const [begin, end] = ["<!-- bench-pool: begin -->", "<!-- bench-pool: end -->"];

export const write = async ({ text, lines, loads, shape }) => {
  const document = await readFile(file, "utf8");
  if (!document.includes(begin) || !document.includes(end)) throw new Error(`docs/benchmarks.md has lost its markers ${begin} and ${end}`);
  const postgres = execFileSync(given("BENCH_POOL_PGBENCH"), ["--version"], { encoding: "utf8" }).replace("pgbench", "").trim();
  const facts = `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} cores (${cpus()[0].model.trim()}), PostgreSQL ${postgres.replace(/[()]/g, "").replace("PostgreSQL ", "")}, load of the machine before, between and after: ${loads.map((load) => load.toFixed(1)).join(", ")}. ${shape.rounds} interleaved rounds of ${shape.seconds} s; medians.`;
  const numbers = ["### Our numbers and their goals", "", "| | value | goal | |", "|---|---:|---|---|", ...lines.map(({ what, value, unit, goal, isMet }) => `| ${what} | ${value} ${unit} | ${goal} | ${isMet ? "ok" : "MISS"} |`)].join("\n");
  const before = document.slice(0, document.indexOf(begin) + begin.length);
  await writeFile(file, `${before}\n${facts}\n\n${text}\n\n${numbers}\n${document.slice(document.indexOf(end))}`);
};
