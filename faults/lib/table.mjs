// The table, on the terminal and in docs/reliability.md.
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
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

const markdown = (results) => {
  const line = (row) => `| ${row.join(" | ")} |`;
  const rule = COLUMNS.map((_, index) => (index === 0 ? "---" : "---:"));
  return [COLUMNS.map(([name]) => name), rule, ...results.map(cells)].map(line).join("\n");
};

export const printTable = (results) => console.log(`\n${markdown(results)}\n`);

export const writeTable = async (results, { isFull }) => {
  const file = join(root, "docs/reliability.md");
  const text = await readFile(file, "utf8");
  const parts = /(<!-- faults:begin -->)[^]*(<!-- faults:end -->)/;
  if (!parts.test(text)) throw new Error(`${file} has no place for the table`);
  const words = `Measured with ${isFull ? "`FAULTS_FULL=1`" : "the short lengths"} on ${cpus().length} cores that did other work as well.`;
  await writeFile(file, text.replace(parts, `$1\n${words}\n\n${markdown(results)}\n$2`));
};
