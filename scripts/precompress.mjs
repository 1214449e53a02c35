// Writes .br and .gz beside every file of a site folder that compresses, so that serving one costs no time.
// Usage: node scripts/precompress.mjs [FOLDER] [--fast]
//   --fast   quick levels, for a server that only this machine talks to
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);
const fast = process.argv.includes("--fast");
const folder = process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? "target/site";
const compressible = /\.(css|html|js|json|mjs|svg|txt|wasm|webmanifest|xml)$/;

const isNewer = async (file, source) => {
  const written = await stat(file).catch(() => null);
  return written !== null && written.mtimeMs >= source.mtimeMs;
};

const entries = await readdir(folder, { recursive: true, withFileTypes: true });
for (const entry of entries.filter((entry) => entry.isFile() && compressible.test(entry.name))) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const source = await stat(path);
  if ((await isNewer(`${path}.br`, source)) && (await isNewer(`${path}.gz`, source))) continue;
  const bytes = await readFile(path);
  const params = {
    [zlib.constants.BROTLI_PARAM_QUALITY]: fast ? 5 : 11,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(`${path}.br`, await brotli(bytes, { params }));
  await writeFile(`${path}.gz`, await gzip(bytes, { level: fast ? 6 : 9 }));
}
