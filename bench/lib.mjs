// What the measurements share: starting programs on free ports, reading their memory, asking wrk.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
export const root = fileURLToPath(new URL("..", import.meta.url));
export const program = (name) => join(root, "target/release", name);
const lakeledger = process.env.LAKELEDGER_BIN ?? program("lakeledger");

/** The folder of the built site; scripts/bench.sh says where. */
export const site = process.env.LEPTOS_SITE_ROOT ?? join(root, "target/site");

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

export const freePort = async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
};

/** Starts a program and waits for its first 200; `startMs` is the time from before the start to then. */
export const start = async (command, options, { port, path = "/", environment = {} }) => {
  const url = `http://127.0.0.1:${port}`;
  const before = performance.now();
  const child = spawn(command, options, { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env.PATH, LAKELEDGER_ENV_FILE: "/dev/null", ...environment } });
  let log = "";
  child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-20_000)));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${log}`);
    const response = await fetch(url + path).catch(() => undefined);
    if (response?.status === 200) {
      await response.arrayBuffer();
      break;
    }
    if (performance.now() - before > 30_000) throw new Error(`${command} gave no 200 within 30 s:\n${log}`);
    await pause(1);
  }
  const startMs = performance.now() - before;
  const stop = async () => {
    if (child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
  return { url, startMs, stop, pid: child.pid };
};

/** A release build of Lakeledger on an empty data folder. */
export const startLakeledger = async (environment = {}, path = "/") => {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), "lakeledger-bench-"));
  const server = await start(lakeledger, ["serve"], {
    port,
    path,
    environment: {
      LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
      LEPTOS_SITE_ROOT: site,
      LEPTOS_HASH_FILES: "true",
      LEPTOS_HASH_FILE_NAME: process.env.LEPTOS_HASH_FILE_NAME ?? "hash.txt",
      LEPTOS_ENV: "PROD",
      LAKELEDGER_DATA_DIR: dataDir,
      LAKELEDGER_LOG: "warn",
      LAKELEDGER_CHAT_RATE_PER_MINUTE: "100000",
      LAKELEDGER_IMPORT_RATE_PER_MINUTE: "100000",
      ...environment,
    },
  });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { ...server, stop };
};

/** Resident memory, in MiB. */
export const rssMib = async (pid) => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) / 1024;
};

/** Requests per second of one address over 16 connections. */
export const requestsPerSecond = async (url, seconds = 4) => {
  const { stdout } = await run("wrk", ["-t1", "-c16", `-d${seconds}s`, url]);
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} did not answer 200:\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
};

const json = async (response) => {
  if (!response.ok) throw new Error(`${response.status} from ${response.url}: ${await response.text()}`);
  return response.json();
};
export const get = async (url) => json(await fetch(url));
export const post = async (url, body) =>
  json(await fetch(url, body instanceof FormData ? { method: "POST", body } : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }));

/** Asks, and returns once the answer's last event is there. */
export const ask = async (url, chat, text) => {
  const { run_id } = await post(`${url}/api/v1/chats/${chat}/messages`, { text });
  const events = await fetch(`${url}/api/v1/runs/${run_id}/events`);
  const body = await events.text();
  if (!body.includes("event: done")) throw new Error(`the answer did not end: ${body.slice(-300)}`);
  return body;
};
