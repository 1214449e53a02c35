// databricks.yml as one target sees it: the target's own parts over the common ones, variables and paths filled in.

/** What the CLI knows without a declaration. https://docs.databricks.com/dev-tools/bundles/variables.html */
const builtIns = new Set([
  "bundle.name", "bundle.target", "bundle.environment", "bundle.git.branch", "bundle.git.commit", "bundle.git.origin_url",
  "workspace.host", "workspace.root_path", "workspace.file_path", "workspace.artifact_path", "workspace.state_path",
  "workspace.resource_path", "workspace.current_user.userName", "workspace.current_user.short_name",
  "workspace.current_user.domain_friendly_name", "workspace.current_user.id",
]);

/** Fields that a resource has once it exists, beside those that the bundle sets. */
const outputs = {
  postgres_projects: ["id"], postgres_branches: ["id"], postgres_endpoints: ["id"],
  database_instances: ["id", "name", "read_write_dns"],
  apps: ["id", "name", "url", "service_principal_client_id", "service_principal_id", "service_principal_name"],
};

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Maps are merged, lists are joined, anything else is replaced: the CLI's rule. */
export function merge(base, over) {
  if (isMap(base) && isMap(over)) {
    const merged = { ...base };
    for (const [key, value] of Object.entries(over)) merged[key] = key in base ? merge(base[key], value) : value;
    return merged;
  }
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  return over;
}

/** Every text of a document with the path that leads to it. */
export function* texts(value, path = "") {
  if (typeof value === "string") yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* texts(item, `${path}[${index}]`);
  else if (isMap(value)) for (const [key, item] of Object.entries(value)) yield* texts(item, path ? `${path}.${key}` : key);
}

/** The bundle as `target` sees it. References that lead nowhere are told to `complain`, and stay as they are. */
export function effective(bundle, target, complain) {
  const { targets = {}, variables = {}, ...common } = bundle;
  const { variables: given = {}, mode, default: _, ...own } = targets[target] ?? {};
  const document = merge(common, own);
  const values = {};
  for (const [name, declared] of Object.entries(variables)) values[name] = given[name] ?? declared?.default;
  for (const name of Object.keys(given)) if (!(name in variables)) complain(`variables.${name}: not declared under variables`);
  const used = new Set();

  const named = (type, key, field, path) => {
    const resource = document.resources?.[type]?.[key];
    if (!resource) return complain(`${path}: there is no resources.${type}.${key}`);
    if (field === "id" && type.startsWith("postgres_")) return postgresName(type, resource, path);
    if (field in resource) return fill(resource[field], path);
    if (!outputs[type]?.includes(field)) complain(`${path}: resources.${type}.${key} has no field ${field}`);
    return undefined;
  };
  // What the API calls the resource: projects/P/branches/B/endpoints/E.
  const postgresName = (type, resource, path) => {
    if (type === "postgres_projects") return `projects/${fill(resource.project_id, path)}`;
    const [kind, id] = type === "postgres_branches" ? ["branches", resource.branch_id] : ["endpoints", resource.endpoint_id];
    return `${fill(resource.parent, path)}/${kind}/${fill(id, path)}`;
  };
  const lookUp = (reference, path) => {
    const parts = reference.split(".");
    if (parts[0] === "var" && parts.length === 2) {
      used.add(parts[1]);
      if (!(parts[1] in variables)) return complain(`${path}: the variable ${parts[1]} is not declared`);
      if (values[parts[1]] === undefined) complain(`${path}: the variable ${parts[1]} has no value for ${target}`);
      return values[parts[1]];
    }
    if (parts[0] === "resources" && parts.length === 4) return named(parts[1], parts[2], parts[3], path);
    if (!builtIns.has(reference)) complain(`${path}: \${${reference}} is nothing that a bundle knows`);
    return undefined;
  };
  const fill = (value, path) => {
    if (typeof value !== "string") return value;
    if (value.replace(/\$\{[^{}]*\}/g, "").includes("${")) complain(`${path}: a reference is not closed`);
    const whole = /^\$\{([^{}]*)\}$/.exec(value);
    if (whole) return lookUp(whole[1], path) ?? value;
    return value.replace(/\$\{([^{}]*)\}/g, (reference, name) => lookUp(name, path) ?? reference);
  };
  const filled = (value, path = "") => {
    if (Array.isArray(value)) return value.map((item, index) => filled(item, `${path}[${index}]`));
    if (!isMap(value)) return fill(value, path);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, path ? `${path}.${key}` : key)]));
  };
  return { mode, document: filled(document), used };
}
