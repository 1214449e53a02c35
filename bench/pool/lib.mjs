// What the measurements share: the contestants' processes, the emulators, and a little arithmetic.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

export const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));
export const now = () => performance.timeOrigin + performance.now();
export const sorted = (values) => values.toSorted((a, b) => a - b);
export const median = (values) => sorted(values)[Math.floor(values.length / 2)];
/** The value that 99 of 100 stay under. */
export const quantile = (values, part) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))];

/** scripts/bench-pool.sh says where everything is. */
export const given = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start this through scripts/bench-pool.sh`);
  return value;
};

/** How many chats the script has filled. */
export const chats = 200;

const rust = () => [given("BENCH_POOL_PROGRAM"), []];
const python = () => [given("BENCH_POOL_PYTHON"), [here("python_pools.py")]];
const node = () => [process.execPath, [here("node_pool.mjs")]];

/** In the order of the tables. `credentials`: it mints its own, so it is in the tables of faults. */
export const contestants = {
  pgbench: { label: "pgbench -M prepared" },
  lakebase: { label: "lakebase (ours)", command: rust, credentials: true },
  "lakebase-tenant": { label: "lakebase, tenant set for row-level security", command: rust },
  deadpool: { label: "deadpool + tokio-postgres", command: rust },
  sqlx: { label: "sqlx PgPool, default", command: rust },
  "ai-bridge": { label: "databricks-ai-bridge LakebasePool", command: python, credentials: true },
  "ai-bridge-async": { label: "databricks-ai-bridge AsyncLakebasePool", command: python, credentials: true },
  npm: { label: "npm @databricks/lakebase", command: node, credentials: true },
  "npm-named": { label: "npm @databricks/lakebase, named statement", command: node },
};

/** Ends with this process, whatever happens to it. */
const children = new Set();
process.on("exit", () => children.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const startChild = (command, options, env) => {
  const child = spawn(command, options, { stdio: ["pipe", "pipe", "pipe"], env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
  children.add(child);
  let log = "";
  child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-4000)));
  // A pipe whose reader has ended; the missing answer says it better.
  child.stdin.on("error", () => {});
  const exited = once(child, "exit").then(() => children.delete(child));
  return { child, exited, lastWords: () => log };
};

/** Starts a contestant and waits until it takes commands; it opens connections when it wants to. */
export const startContestant = async (name, environment, options = {}) => {
  const { label, command } = contestants[name];
  const [program, parameters] = command();
  // Node's pool knows no verify-full; its require checks the certificate too.
  const env = { ...environment, PGSSLMODE: "require", NODE_EXTRA_CA_CERTS: environment.PGSSLROOTCERT, DATABRICKS_CONFIG_FILE: "/dev/null" };
  const { child, exited, lastWords } = startChild(program, parameters, env);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (value) => {
    child.stdin.write(`${JSON.stringify(value)}\n`);
    const { value: line, done } = await lines.next();
    if (done) throw new Error(`${label} has ended:\n${lastWords()}`);
    return JSON.parse(line);
  };
  await ask({ name, environment, chats, ...options });
  const stop = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { ask, stop, lastWords };
};

/** An emulator whose door is at `host`, in front of the PostgreSQL that the script has started. */
export const startEmulator = async (host, port) => {
  const options = ["--postgres", given("BENCH_POOL_URL"), "--dir", `${given("BENCH_POOL_DIR")}/${host}`, "--pg-host", host, "--pg-port", String(port)];
  const { child, exited, lastWords } = startChild(given("BENCH_POOL_EMULATOR"), options, {});
  const environment = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
    environment[name] = value;
    if (name === "LAKEBASE_ENDPOINT") break;
  }
  if (!environment.LAKEBASE_ENDPOINT) throw new Error(`the emulator did not start at ${host}:${port}:\n${lastWords()}`);
  const call = async (method, path, body) => {
    const response = await fetch(`${environment.DATABRICKS_HOST}/_emulator/${path}`, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
  };
  return {
    environment,
    stop,
    state: () => call("GET", "state"),
    setFaults: (faults) => call("POST", "faults", faults),
    clearFaults: () => call("DELETE", "faults"),
    revoke: () => call("POST", "revoke"),
    killConnections: () => call("POST", "kill-connections", { how: "admin_shutdown" }),
    /** Counters at zero, once the last contestant's connections have gone. */
    async reset() {
      while ((await call("GET", "state")).open_sockets > 0) await pause(20);
      await call("POST", "reset");
    },
  };
};
