// Checks databricks.yml and app.yaml: by rules of our own, and against the Databricks CLI's JSON schema where that is at hand
// (`databricks bundle schema` prints it).
// Usage: node scripts/check-bundle.mjs [--self-test] [--schema FILE]
//   --self-test  checks the checks too: makes every mistake of scripts/bundle/mutations.mjs and fails when one passes
import { readFile } from "node:fs/promises";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { effective } from "./bundle/effective.mjs";
import { mutations } from "./bundle/mutations.mjs";
import { problems } from "./bundle/rules.mjs";

const root = new URL("..", import.meta.url);
const text = (path) => readFile(new URL(path, root), "utf8");
const given = process.argv.indexOf("--schema");
const schemaPath = given > 0 ? new URL(process.argv[given + 1], `file://${process.cwd()}/`) : new URL("../shared/data/bundle_schema.json", root);

const files = {
  bundle: await text("databricks.yml"),
  appYaml: await text("app.yaml"),
  packageSh: await text("scripts/package.sh"),
  gitignore: await text(".gitignore"),
  configuration: await text("docs/configuration.md"),
};
const violations = await schemaCheck();

/** A function that gives what the schema has against a text; none when there is no schema. */
async function schemaCheck() {
  let schema;
  try {
    schema = JSON.parse(await readFile(schemaPath, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT" && given < 0) return undefined;
    throw error;
  }
  keepUsedResources(schema);
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  const check = (document, name) => (validate(document) ? [] : deepest(validate.errors).map((line) => `${name}: ${line}`));
  return (text) => {
    const bundle = parse(text, { merge: true });
    const targets = Object.keys(bundle.targets ?? {});
    // As it is written, and as each target sees it with its variables filled in.
    const filled = targets.flatMap((target) => check(effective(bundle, target, () => {}).document, target));
    return [...check(bundle, "databricks.yml"), ...filled];
  };
}

/** Drops the resources that we have none of: compiling them all takes longer than everything else together. */
function keepUsedResources(schema) {
  const known = schema.$defs["github.com"].databricks.cli.bundle["config.Resources"].oneOf[0].properties;
  for (const type of Object.keys(known)) if (!files.bundle.includes(`${type}:`)) delete known[type];
}

/** Of the errors of nested alternatives, those furthest in: the others say that something inside is wrong. */
function deepest(errors) {
  const inner = errors.filter(({ instancePath: path }) => !errors.some((other) => other.instancePath.startsWith(`${path}/`)));
  const named = inner.filter(({ keyword }) => !["oneOf", "pattern"].includes(keyword));
  const lines = named.map(({ instancePath, message, params }) => `${instancePath.slice(1)} ${message} ${params.additionalProperty ?? ""}`.trim());
  return [...new Set(lines)];
}

function selfTest() {
  const passed = [];
  for (const [mistake, change, complaint] of mutations) {
    const changed = change(files);
    const found = complaint === null ? (violations?.(changed.bundle) ?? [""]) : problems(changed);
    if (!found.some((problem) => problem.includes(complaint ?? ""))) passed.push(`${mistake}: ${found.join("; ") || "passes"}`);
  }
  return passed;
}

const by = violations ? "our rules and the CLI's schema" : "our rules; there is no schema at hand";
report([...problems(files), ...(violations?.(files.bundle) ?? [])], `the bundle is sound (${by})`);
if (process.argv.includes("--self-test")) report(selfTest(), `${mutations.length} mistakes refused`);

function report(found, success) {
  for (const problem of found) console.error(problem);
  if (found.length > 0) process.exit(1);
  console.log(success);
}
