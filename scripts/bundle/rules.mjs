// The rules of databricks.yml and app.yaml that hold without a workspace: no reference leads nowhere, names are within the
// platform's limits, the app gets its database and what dist/ holds, and nothing is secret.
import { parseDocument } from "yaml";
import { effective, texts } from "./effective.mjs";

/** The fields that we use and may use: a misspelt one is ignored by the platform, with a warning at most. */
const fields = {
  postgres_projects: ["project_id", "display_name", "pg_version", "default_endpoint_settings", "history_retention_duration", "enable_pg_native_login", "permissions", "lifecycle", "purge_on_delete", "budget_policy_id", "custom_tags"],
  postgres_branches: ["parent", "branch_id", "no_expiry", "ttl", "expire_time", "is_protected", "replace_existing", "source_branch", "lifecycle", "purge_on_delete"],
  postgres_endpoints: ["parent", "endpoint_id", "endpoint_type", "autoscaling_limit_min_cu", "autoscaling_limit_max_cu", "suspend_timeout_duration", "no_suspension", "disabled", "group", "settings", "replace_existing", "lifecycle"],
  database_instances: ["name", "capacity", "stopped", "node_count", "enable_readable_secondaries", "retention_window_in_days", "enable_pg_native_login", "permissions", "lifecycle", "usage_policy_id", "custom_tags"],
  apps: ["name", "description", "source_code_path", "resources", "config", "permissions", "compute_size", "user_api_scopes", "lifecycle", "budget_policy_id", "telemetry_export_destinations"],
};
const postgresId = /^[a-z][a-z0-9-]{0,62}$/;
const databasePath = /^projects\/[a-z][a-z0-9-]{0,62}\/branches\/[a-z][a-z0-9-]{0,62}\/databases\/[a-z0-9][a-z0-9-]{1,62}$/;
/** The pool closes a connection that was idle for so long, so that the endpoint can sleep (lakebase::PoolConfig). */
const poolIdleSeconds = 240;
/** Set by the platform for the first database; set by hand they hide what it sets. */
const injected = /^(PG[A-Z]+|DATABASE_URL|LAKEBASE_PG_URL|DATABRICKS_(HOST|CLIENT_ID|CLIENT_SECRET|TOKEN|APP_NAME|APP_PORT))$/;
const secrets = [
  [/\bdapi[0-9a-f]{16,}/i, "a personal access token"],
  [/\bdose[0-9a-f]{16,}/i, "a service principal's secret"],
  [/\beyJ[\w-]{10,}\.[\w-]+/, "a JWT"],
  [/postgres(ql)?:\/\/[^\s/]*:[^\s/]*@/i, "a URL with a password"],
];

/** Everything that is wrong; `files` holds the texts of databricks.yml, app.yaml, package.sh, .gitignore and configuration.md. */
export function problems(files) {
  const found = [];
  const complain = (problem) => void (found.includes(problem) || found.push(problem));
  const bundle = read(files.bundle, "databricks.yml", complain);
  const appYaml = read(files.appYaml, "app.yaml", complain);
  if (!bundle || !appYaml) return found;
  // The CLI takes an alias or a list of them where YAML allows any map.
  if (/<<:\s*(&|\{|$)/m.test(files.bundle)) complain("databricks.yml: `<<:` must be followed by an alias");
  noSecrets({ "databricks.yml": bundle, "app.yaml": appYaml }, complain);
  checkAppYaml(appYaml, files, complain);
  const shipped = new Set([...files.packageSh.matchAll(/^cp (.*) dist\/$/gm)].flatMap(([, names]) => names.split(/\s+/)));
  if (!shipped.has("app.yaml")) complain("scripts/package.sh does not put app.yaml into dist/");

  const targets = Object.keys(bundle.targets ?? {});
  for (const needed of ["dev", "prod"]) if (!targets.includes(needed)) complain(`there is no target ${needed}`);
  const defaults = targets.filter((target) => bundle.targets[target]?.default);
  if (defaults.length !== 1) complain("one target must be the default, and one only");
  if (bundle.targets?.[defaults[0]]?.mode === "production") complain("the default target must not be a production one");
  const appNames = new Map();
  const used = new Set();
  for (const target of targets) {
    const say = (problem) => complain(`${target}: ${problem}`);
    const seen = effective(bundle, target, say);
    seen.used.forEach((name) => used.add(name));
    checkTarget(seen, { appYaml, files, shipped }, say);
    for (const app of Object.values(seen.document.resources?.apps ?? {})) {
      if (appNames.has(app.name)) say(`the app ${app.name} is ${appNames.get(app.name)}'s already`);
      appNames.set(app.name, target);
    }
  }
  for (const name of Object.keys(bundle.variables ?? {})) if (!used.has(name)) complain(`the variable ${name} is not used`);
  return found;
}

function read(text, name, complain) {
  const parsed = parseDocument(text, { merge: true });
  parsed.errors.forEach((error) => complain(`${name}: ${error.message.split("\n")[0]}`));
  return parsed.errors.length > 0 ? undefined : parsed.toJS();
}

function noSecrets(documents, complain) {
  for (const [path, text] of texts(documents)) {
    for (const [pattern, what] of secrets) if (pattern.test(text)) complain(`${path} holds ${what}`);
    if (/(password|secret|token)$/i.test(path) && !/^\$\{.*\}$/.test(text)) complain(`${path} may be a secret`);
    if (/(^|\.)workspace\.(host|profile)$/.test(path)) complain(`${path}: the workspace is everybody's own; it comes from their profile`);
  }
}

function checkAppYaml(appYaml, files, complain) {
  for (const key of Object.keys(appYaml)) if (!["command", "env"].includes(key)) complain(`app.yaml: ${key} is unknown`);
  for (const variable of appYaml.env ?? []) {
    if ("value_from" in variable) complain("app.yaml spells it valueFrom");
    // It would stop the deployment of every app without that resource.
    if ("valueFrom" in variable) complain("app.yaml must not need a resource: the bundle names them");
    checkVariable("app.yaml", variable, files, complain);
  }
}

function checkVariable(where, variable, files, complain) {
  const { name } = variable;
  if (!/^[A-Z][A-Z0-9_]*$/.test(name ?? "")) complain(`${where}: ${name} is no variable's name`);
  if (injected.test(name)) complain(`${where}: ${name} is set by the platform`);
  if (!files.configuration.includes(`\`${name}\``)) complain(`${where}: docs/configuration.md does not know ${name}`);
}

function checkTarget({ mode, document }, context, say) {
  if (!["development", "production"].includes(mode)) say("mode must be development or production");
  const resources = document.resources ?? {};
  for (const [type, all] of Object.entries(resources)) {
    if (!fields[type]) say(`resources.${type} is not one of ${Object.keys(fields).join(", ")}`);
    for (const [key, resource] of Object.entries(all)) {
      for (const field of Object.keys(resource)) {
        if (fields[type] && !fields[type].includes(field)) say(`resources.${type}.${key} has no field ${field}`);
      }
    }
  }
  const databases = { ...resources.postgres_projects, ...resources.database_instances };
  if (mode === "production") {
    if (!document.workspace?.root_path) say("a production target needs workspace.root_path");
    for (const [key, database] of Object.entries(databases)) {
      if (database.lifecycle?.prevent_destroy !== true) say(`the database ${key} may be destroyed: lifecycle.prevent_destroy is missing`);
    }
  }
  Object.values(resources.postgres_projects ?? {}).forEach((project) => checkProject(project, say));
  Object.values(resources.postgres_branches ?? {}).forEach((branch) => checkId("branch_id", branch.branch_id, say));
  Object.values(resources.postgres_endpoints ?? {}).forEach((endpoint) => {
    checkId("endpoint_id", endpoint.endpoint_id, say);
    checkCompute(endpoint, say);
    if (endpoint.endpoint_type !== "ENDPOINT_TYPE_READ_WRITE") say("the app writes: endpoint_type must be ENDPOINT_TYPE_READ_WRITE");
  });
  Object.values(resources.database_instances ?? {}).forEach((instance) => checkInstance(instance, say));
  const apps = Object.entries(resources.apps ?? {});
  if (apps.length !== 1) say("there must be one app");
  for (const [key, app] of apps) checkApp(key, app, document, context, say);
}

function checkId(field, id, say) {
  if (!postgresId.test(id ?? "")) say(`${field} ${id}: a lower-case letter, then letters, digits and hyphens, 63 at most`);
}

function checkProject(project, say) {
  checkId("project_id", project.project_id, say);
  if (project.enable_pg_native_login) say("enable_pg_native_login: passwords are not needed");
  checkCompute(project.default_endpoint_settings ?? {}, say);
  const days = seconds(project.history_retention_duration ?? "604800s") / 86_400;
  if (!(days >= 2 && days <= 35)) say("history_retention_duration is 2 to 35 days");
}

function checkCompute(settings, say) {
  const { autoscaling_limit_min_cu: min = 0.5, autoscaling_limit_max_cu: max = min, suspend_timeout_duration: suspend } = settings;
  if (!(min >= 0.5 && max <= 64 && min <= max && max - min <= 16)) say(`compute units ${min} to ${max}: 0.5 to 64, at most 16 apart`);
  if (suspend === undefined) return;
  const idle = seconds(suspend);
  if (!(idle >= 60 && idle <= 604_800)) say(`suspend_timeout_duration ${suspend} is 60s to 604800s`);
  else if (idle <= poolIdleSeconds) say(`suspend_timeout_duration ${suspend}: the pool keeps connections for ${poolIdleSeconds} s`);
}

const seconds = (duration) => Number(/^(\d+)s$/.exec(String(duration))?.[1] ?? Number.NaN);

function checkInstance(instance, say) {
  if (!/^[A-Za-z][A-Za-z-]{0,62}$/.test(instance.name ?? "")) say(`the instance ${instance.name}: a letter, then letters and hyphens, 63 at most`);
  if (!["CU_1", "CU_2", "CU_4", "CU_8"].includes(instance.capacity)) say(`capacity ${instance.capacity} is none of CU_1, CU_2, CU_4, CU_8`);
  const days = instance.retention_window_in_days ?? 7;
  if (!(days >= 2 && days <= 35)) say("retention_window_in_days is 2 to 35");
}

function checkApp(key, app, document, { appYaml, files, shipped }, say) {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/.test(app.name ?? "")) say(`the app ${app.name}: lower-case letters, digits and hyphens, 30 at most`);
  const folder = String(app.source_code_path ?? "").replace(/^\.\//, "");
  if (folder !== "dist") say("source_code_path must be ./dist, which scripts/package.sh makes");
  const isUploaded = (document.sync?.paths ?? ["."]).some((path) => [".", folder].includes(path.replace(/^\.\//, "")));
  const isIgnored = files.gitignore.split("\n").some((line) => line.replaceAll("/", "") === folder);
  const isNamed = (document.sync?.include ?? []).some((pattern) => pattern.replace(/^\.\//, "") === `${folder}/**`);
  if (!isUploaded || (isIgnored && !isNamed)) say(`sync leaves ${folder}/ out: git ignores it, so include must name ${folder}/**`);

  const attached = app.resources ?? [];
  const names = attached.map((resource) => resource.name);
  if (new Set(names).size !== names.length) say("two of the app's resources have one name");
  const databases = attached.filter((resource) => resource.postgres || resource.database);
  if (databases.length !== 1) say("the app needs one database: the platform describes the first only");
  for (const resource of databases) checkAttached(resource, document.resources, say);
  checkConfig(app.config ?? {}, names, databases[0], { appYaml, files, shipped }, say);
}

function checkAttached(resource, resources, say) {
  const { permission, branch, database, instance_name: instance, database_name: name } = resource.postgres ?? resource.database;
  if (permission !== "CAN_CONNECT_AND_CREATE") say(`the permission ${permission} is not CAN_CONNECT_AND_CREATE, the only one there is`);
  if (resource.postgres) {
    if (!databasePath.test(database ?? "")) say(`${database} is no projects/…/branches/…/databases/…, in which the last is an id and not the name in PostgreSQL`);
    if (!String(database).startsWith(`${branch}/`)) say("the attached database is of another branch than the one named beside it");
  } else {
    const own = Object.values(resources.database_instances ?? {}).some((made) => made.name === instance);
    if (!own) say(`the instance ${instance} is not made by this bundle`);
    if (!name) say("database_name is missing");
  }
}

function checkConfig(config, names, database, { appYaml, files, shipped }, say) {
  const command = config.command ?? [];
  if (JSON.stringify(command) !== JSON.stringify(appYaml.command)) say("the app's command is another than app.yaml's");
  const script = command.find((word) => /\.sh$/.test(word));
  if (!script || !shipped.has(script)) say(`scripts/package.sh does not put ${script ?? "the command's script"} into dist/`);
  const variables = config.env ?? [];
  for (const variable of variables) {
    if ("valueFrom" in variable) say("valueFrom is ignored in a bundle, which spells it value_from");
    if (("value" in variable) === ("value_from" in variable)) say(`${variable.name} needs a value or a value_from, one of them`);
    if ("value_from" in variable && !names.includes(variable.value_from)) say(`${variable.name}: the app has no resource ${variable.value_from}`);
    checkVariable("config.env", variable, files, say);
  }
  if (new Set(variables.map(({ name }) => name)).size !== variables.length) say("a variable is set twice");
  for (const { name, value } of appYaml.env ?? []) {
    if (!variables.some((variable) => variable.name === name && variable.value === value)) say(`${name} of app.yaml is not in config.env`);
  }
  const given = (name) => variables.find((variable) => variable.name === name);
  if (database?.postgres && given("LAKEBASE_ENDPOINT")?.value_from !== database.name) {
    say(`LAKEBASE_ENDPOINT must come from the resource ${database.name}`);
  }
  if (database?.database && given("LAKEBASE_INSTANCE_NAME")?.value !== database.database.instance_name) {
    say("LAKEBASE_INSTANCE_NAME must be the attached instance's name");
  }
}
