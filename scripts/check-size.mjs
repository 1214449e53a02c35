// Fails when a first visit of the chat page downloads more than the budget: the brotli bytes of bundle, loader and style.
// Usage: node scripts/check-size.mjs [FOLDER], after scripts/precompress.mjs.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const budgetBytes = 200_000;
const folder = process.argv[2] ?? "target/site";
const packageFolder = join(folder, "pkg");
const names = (await readdir(packageFolder)).filter((name) => /\.(js|wasm|css)\.br$/.test(name)).sort();
let totalBytes = 0;
for (const name of names) {
  const { size } = await stat(join(packageFolder, name));
  console.log(`${String(size).padStart(8)}  ${name}`);
  totalBytes += size;
}
console.log(`${String(totalBytes).padStart(8)}  first load, brotli; budget ${budgetBytes}`);
if (names.length === 0 || totalBytes > budgetBytes) {
  console.error(names.length === 0 ? "no compressed bundle found" : "the first load is over its budget");
  process.exit(1);
}
