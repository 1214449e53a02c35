// @databricks/lakebase under the load of scripts/bench-pool.sh.
// Speaks the protocol of crates/lakebase/benches/pool: a setup, then commands, one JSON object a line each way.
import { createLakebasePool } from "@databricks/lakebase";
import { createInterface } from "node:readline";

const text = "select id, role, body, created_at_ms from message where chat_id = $1 order by id desc limit 50";
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const now = () => performance.timeOrigin + performance.now();
const rounded = (ms) => Math.round(ms * 1000) / 1000;
const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

// Errors of idle connections come as events.
const open = (setup) => {
  const pool = createLakebasePool({ max: 10 });
  pool.on("error", () => {});
  // The package passes no such option on; its pool is pg's own and looks at it for each new connection.
  if (setup.max_lifetime_seconds) pool.options.maxLifetimeSeconds = setup.max_lifetime_seconds;
  return pool;
};

/** Chats in an order that is the same in every run. */
const chatsOf = (task, count) => {
  let state = BigInt(task) * 0x9e3779b97f4a7c15n;
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return 1 + Number((state >> 33n) % BigInt(count));
  };
};

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const setup = JSON.parse((await lines.next()).value);
const pool = open(setup);

// As the package's documentation asks, and with a name, which has pg prepare the statement once a connection.
const query = setup.name === "npm-named" ? (values) => pool.query({ name: "messages", text, values }) : (values) => pool.query(text, values);

const request = async (chat) => {
  const { rows } = await query([chat]);
  if (rows.length !== 50 || !rows.every((row) => row.id && row.role && row.body && row.created_at_ms)) throw new Error(`${rows.length} messages`);
};

const run = async ({ tasks, warm_up_seconds, seconds }) => {
  const from = performance.now() + warm_up_seconds * 1000;
  const until = from + seconds * 1000;
  const took = [];
  const errors = [];
  const task = async (number) => {
    const next = chatsOf(number, setup.chats);
    for (let begun = performance.now(); begun < until; begun = performance.now()) {
      const error = await request(next()).then(() => undefined, (error) => error);
      if (begun < from) continue;
      if (error) errors.push(String(error));
      else took.push(rounded(performance.now() - begun));
    }
  };
  await Promise.all(Array.from({ length: tasks }, (_, number) => task(number)));
  return { seconds: (performance.now() - from) / 1000, took_ms: took, failed: errors.length, error: errors[0] ?? null };
};

let log;
const start = (tasks, every) => {
  const mine = { samples: [], waiting: Array(tasks).fill(null), errors: {} };
  log = mine;
  const task = async (number) => {
    const next = chatsOf(number, setup.chats);
    let tick = performance.now() + (every * number) / tasks;
    while (log === mine) {
      await pause(Math.max(0, tick - performance.now()));
      const begun = now();
      mine.waiting[number] = begun;
      const error = await request(next()).then(() => undefined, (error) => error);
      mine.samples.push([begun, rounded(now() - begun), !error]);
      mine.waiting[number] = null;
      if (error) mine.errors[String(error).slice(0, 200)] = (mine.errors[String(error).slice(0, 200)] ?? 0) + 1;
      tick = Math.max(tick + every, performance.now());
    }
  };
  for (let number = 0; number < tasks; number += 1) void task(number);
};

const obey = async (command) => {
  switch (command.do) {
    case "run":
      return run(command);
    case "start":
      start(command.tasks, command.every_ms);
      return {};
    case "peek": {
      const ends = log.samples.filter(([begun, , succeeded]) => succeeded && begun >= command.since).map(([begun, took]) => begun + took);
      return { at: ends.length === 0 ? null : Math.min(...ends) };
    }
    case "stop": {
      const { samples, waiting, errors } = log;
      log = undefined;
      return { now: now(), samples, waiting: waiting.filter((begun) => begun !== null), errors };
    }
  }
};

answer({ ready: true });
for await (const line of lines) answer(await obey(JSON.parse(line)));
process.exit(0);
