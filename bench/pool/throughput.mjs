// Acquire + SELECT of 50 messages (20 kB) over TLS straight to PostgreSQL: 16 tasks on 10 connections, as fast as it goes.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { given, median, quantile, startContestant, startEmulator } from "./lib.mjs";

const run = promisify(execFile);
const connections = 10;
const tasks = 16;

const measurePgbench = async (environment, seconds) => {
  const dir = await mkdtemp(join(given("BENCH_POOL_DIR"), "pgbench-"));
  const script = fileURLToPath(new URL("messages.sql", import.meta.url));
  const options = ["-n", "-M", "prepared", "-c", connections, "-j", 2, "-T", seconds, "-l", "--log-prefix", join(dir, "log"), "-f", script];
  const { stdout } = await run(given("BENCH_POOL_PGBENCH"), options.map(String), { env: { PATH: process.env.PATH, ...environment } });
  const rate = Number(/tps = ([\d.]+)/.exec(stdout)[1]);
  const logs = await Promise.all((await readdir(dir)).map((name) => readFile(join(dir, name), "utf8")));
  // Client, number, microseconds, …
  const took = logs.flatMap((log) => log.trimEnd().split("\n").map((line) => Number(line.split(" ")[2]) / 1000));
  await rm(dir, { recursive: true });
  return { rate, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
};

const measure = async (name, contestant, environment, seconds) => {
  if (name === "pgbench") return measurePgbench(environment, seconds);
  const { seconds: lasted, took_ms: took, failed, error } = await contestant.ask({ do: "run", tasks, warm_up_seconds: 1, seconds });
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed without a fault: ${error}`);
  return { rate: took.length / lasted, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
};

/** Rows by contestant. Ratios are of one round, and the median of those is shown: the machine's mood is in both. */
export const measureThroughput = async (names, { rounds, seconds }, say) => {
  const emulator = await startEmulator("127.0.0.2", 0);
  // The workspace says where the database is, and its port is always 5432: there is PostgreSQL itself here.
  const environment = { ...emulator.environment, PGPORT: "5432", PGSSLMODE: "require", PGSSLROOTCERT: given("BENCH_POOL_CERTIFICATE") };
  const running = {};
  for (const name of names) if (name !== "pgbench") running[name] = await startContestant(name, environment);

  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Another one begins each time, so that nobody always follows the same one.
    const order = names.map((_, index) => names[(index + round) % names.length]);
    for (const name of order) results[name].push(await measure(name, running[name], environment, seconds));
    say(`round ${round + 1} of ${rounds}: ${names.map((name) => `${name} ${results[name][round].rate.toFixed(0)}/s`).join(", ")}`);
  }
  for (const contestant of Object.values(running)) await contestant.stop();
  await emulator.stop();

  /** The median over the rounds of one contestant's figure over another's. */
  const ratio = (figure, name, other) => (results[name] && results[other] ? median(results[name].map((result, round) => result[figure] / results[other][round][figure])) : undefined);
  const figure = (name, key) => median(results[name].map((result) => result[key]));
  return { ratio, rows: names.map((name) => ({ name, rate: figure(name, "rate"), p50: figure(name, "p50"), p99: figure(name, "p99") })) };
};
