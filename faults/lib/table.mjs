// The table, on the terminal and in docs/reliability.md.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./process.mjs";

const COLUMNS = [
  ["fault", ({ id, fault }) => `${fault} (${id})`],
  ["requests", ({ requests }) => requests],
  ["failed", ({ failed }) => failed],
  ["lost", ({ lost }) => lost],
  ["doubled", ({ doubled }) => doubled],
  ["slowest ms", ({ slowestMs }) => slowestMs?.toFixed(0)],
  ["mints", ({ mints }) => mints],
  ["bad logins", ({ badLogins }) => badLogins],
  ["max sessions", ({ sessions }) => sessions],
  ["secret bytes", ({ secretBytes }) => secretBytes],
  ["recovered within ms", ({ recoveredMs }) => recoveredMs?.toFixed(0)],
];
const cells = (result) => COLUMNS.map(([, cell]) => String(cell(result) ?? "–"));

export const printRow = (result, folder) => {
  const isKept = result.broken.length === 0;
  console.log(`${isKept ? "ok    " : "BROKEN"} ${result.id.padEnd(10)} ${result.fault}`);
  console.log(`         ${COLUMNS.slice(1).map(([name], index) => `${name} ${cells(result)[index + 1]}`).join(", ")}`);
  for (const text of result.details ?? []) console.log(`         ${text}`);
  for (const text of result.missed ?? []) console.log(`       ~ ${text}`);
  for (const text of result.broken) console.log(`       ! ${text}`);
  if (folder) console.log(`         kept in ${folder}`);
};

const line = (row) => `| ${row.join(" | ")} |`;
const head = [line(COLUMNS.map(([name]) => name)), line(COLUMNS.map((_, index) => (index === 0 ? "---" : "---:")))];

export const printTable = (results) => console.log(`\n${[...head, ...results.map((result) => line(cells(result)))].join("\n")}\n`);

/** Writes the rows that were run; the others stay as they were. `all` gives the order. */
export const writeTable = async (results, all) => {
  const file = join(root, "docs/reliability.md");
  const text = await readFile(file, "utf8");
  const parts = /(<!-- faults:begin -->)([^]*)(<!-- faults:end -->)/;
  const found = parts.exec(text);
  if (!found) throw new Error(`${file} has no place for the table`);
  const lines = new Map([...found[2].matchAll(/^\| .*? \((\w+)\) \|.*$/gm)].map(([whole, id]) => [id, whole]));
  for (const result of results) lines.set(result.id, line(cells(result)));
  const rows = all.map(({ id }) => lines.get(id)).filter(Boolean);
  await writeFile(file, text.replace(parts, `$1\n${[...head, ...rows].join("\n")}\n$3`));
};
