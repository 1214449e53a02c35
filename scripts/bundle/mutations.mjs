// Mistakes that the rules must refuse: a change to one of the files, and a part of what is then complained about.

const bundle = (from, to) => (files) => ({ ...files, bundle: replaced(files.bundle, from, to) });
const appYaml = (from, to) => (files) => ({ ...files, appYaml: replaced(files.appYaml, from, to) });

/** A change that changes nothing would prove nothing. */
function replaced(text, from, to) {
  const changed = typeof from === "string" ? text.replaceAll(from, to) : text.replace(from, to);
  if (changed === text) throw new Error(`self-test: ${from} does not occur any more`);
  return changed;
}

/** [what goes wrong, how, what is complained about; null: the JSON schema alone sees it] */
export const mutations = [
  ["a variable that nobody declared", bundle("${var.max_cu}", "${var.maximum_cu}"), "the variable maximum_cu is not declared"],
  ["a variable that nobody uses", bundle("\nvariables:\n", "\nvariables:\n  spare: { default: x }\n"), "spare is not used"],
  ["a variable without a value", bundle("    default: databricks-postgres\n", ""), "database_id has no value"],
  ["a value for a variable that is not there", bundle("name: lakeledger-dev\n", "nam: lakeledger-dev\n"), "variables.nam"],
  ["a reference to a resource that is not there", bundle("resources.postgres_projects.lakebase.id", "resources.postgres_projects.lake.id"), "there is no resources.postgres_projects.lake"],
  ["a reference to a field that is not there", bundle("lakebase.name}", "lakebase.title}"), "has no field title"],
  ["a reference to nothing", bundle("${bundle.target}", "${bundle.stage}"), "${bundle.stage} is nothing"],
  ["a reference that is not closed", bundle("${bundle.target}", "${bundle.target"), "not closed"],
  ["valueFrom in a bundle", bundle("value_from: postgres", "valueFrom: postgres"), "spells it value_from"],
  ["value_from in app.yaml", appYaml("    value: /tmp/lakeledger", "    value_from: folder"), "app.yaml spells it valueFrom"],
  ["value_from without its resource", bundle("value_from: postgres", "value_from: database"), "has no resource database"],
  ["no endpoint for the app", bundle(/ +# The platform sets PGHOST[^\n]*\n[^\n]*\n[^\n]*\n/, ""), "LAKEBASE_ENDPOINT must come from"],
  ["another instance's name", bundle("value: ${resources.database_instances.lakebase.name}", "value: other"), "must be the attached instance's name"],
  ["a permission that there is not", bundle("CAN_CONNECT_AND_CREATE", "CAN_USE"), "the permission CAN_USE"],
  ["an app's name with a capital", bundle("name: lakeledger-dev\n", "name: Lakeledger\n"), "the app Lakeledger"],
  ["an app's name that is too long", bundle("name: lakeledger-dev\n", `name: ${"l".repeat(31)}\n`), "30 at most"],
  ["an app's name with an underscore", bundle("name: lakeledger-dev\n", "name: lakeledger_dev\n"), "the app lakeledger_dev"],
  ["two targets with one app", bundle("name: lakeledger-provisioned\n", "name: lakeledger\n"), "is prod's already"],
  ["an instance's name with a digit", bundle("name: lakeledger-provisioned\n", "name: lakeledger-2\n"), "the instance lakeledger-2"],
  ["the database's name for its id", bundle("default: databricks-postgres", "default: databricks_postgres"), "which the last is an id"],
  ["an id that is no id", bundle("branch_id: production", "branch_id: Production"), "branch_id Production"],
  ["too far a span of compute units", bundle("default: 0.5", "default: 0.1"), "compute units 0.1"],
  ["an endpoint that the pool keeps awake", bundle("default: 300s", "default: 120s"), "the pool keeps connections"],
  ["an endpoint that only reads", bundle("ENDPOINT_TYPE_READ_WRITE", "ENDPOINT_TYPE_READ_ONLY"), "the app writes"],
  ["a size that there is not", bundle("default: CU_1", "default: CU_3"), "capacity CU_3"],
  ["a field that is misspelt", bundle("replace_existing", "replace_exsting"), "has no field replace_exsting"],
  ["a production database that may go", bundle("prevent_destroy: true", "prevent_destroy: false"), "may be destroyed"],
  ["a production target without a place", bundle(/root_path: .*/, "artifact_path: /tmp"), "needs workspace.root_path"],
  ["no target to develop in", bundle("  dev:\n", "  test:\n"), "there is no target dev"],
  ["a production target by default", bundle("mode: production\n", "mode: production\n    default: true\n"), "and one only"],
  ["an upload without dist/", bundle('  include: ["dist/**"]\n', ""), "sync leaves dist/ out"],
  ["an app from the wrong folder", bundle("source_code_path: ./dist", "source_code_path: ."), "must be ./dist"],
  ["a command that is not in dist/", bundle('"start.sh"', '"run.sh"'), "does not put run.sh"],
  ["another command than app.yaml's", appYaml('"start.sh"', '"begin.sh"'), "another than app.yaml's"],
  ["a variable of app.yaml left out", appYaml("value: /tmp/lakeledger", "value: /tmp/other"), "of app.yaml is not in config.env"],
  ["a resource that an app made by hand lacks", appYaml(/ {2}# - name: LAKEBASE_ENDPOINT\n {2}# {3}valueFrom/, "  - name: LAKEBASE_ENDPOINT\n    valueFrom"), "must not need a resource"],
  ["a URL in the platform's place", bundle("name: LAKEBASE_ENDPOINT", "name: DATABASE_URL"), "DATABASE_URL is set by the platform"],
  ["a variable that nobody documents", bundle("name: LAKEBASE_INSTANCE_NAME", "name: LAKEBASE_INSTANCE_TITLE"), "does not know LAKEBASE_INSTANCE_TITLE"],
  ["a token", bundle("value: /tmp/lakeledger", `value: dapi${"0a1b".repeat(8)}`), "a personal access token"],
  ["a password in a URL", appYaml("value: /tmp/lakeledger", "value: postgres://me:pass@db/x"), "a URL with a password"],
  ["a workspace of one's own", bundle("    workspace: &home\n", "    workspace: &home\n      host: https://adb-1.azuredatabricks.net\n"), "comes from their profile"],
  ["a key that is there twice", bundle("      endpoint_id: primary\n", "      endpoint_id: primary\n          endpoint_id: second\n"), "databricks.yml: "],
  ["a merge that the CLI cannot read", bundle("          <<: *app\n", "          <<: { description: x }\n"), "followed by an alias"],
  ["a key that bundles do not have", bundle("sync:\n  paths:", "sync:\n  folders: [x]\n  paths:"), null],
  ["a text where a number belongs", bundle("pg_version: 17", "pg_version: seventeen"), null],
];
