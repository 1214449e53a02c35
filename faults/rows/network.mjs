// The way to the database is cut, slow or full; the database answers late, or with refusals.
import { until } from "../lib/process.mjs";
import { POOL_MAX } from "../lib/scene.mjs";

const killed = (id, fault, how) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin();
    for (let round = 0; round < 5; round += 1) {
      const at = performance.now();
      await scene.emulator.kill(how);
      await scene.recovered(at, { withinMs: 1_000 });
      await scene.load.more(30);
    }
  },
});

/** Every permit is back: so many requests at once are served, and none waits for a connection that is lost. */
const poolIsWhole = async (scene) => {
  const database = (await scene.app.status()).database;
  scene.note(`${database.connections} connections, ${database.waiting} waiting, of ${database.connections_max}`);
  const at = performance.now();
  const many = await Promise.all(Array.from({ length: 3 * POOL_MAX }, () => scene.app.get("/api/v1/chats", { headers: { "x-forwarded-user": `person-${Math.floor(Math.random() * 8)}` } })));
  scene.expect(many.every(({ status }) => status === 200), "not every request of many at once was served");
  scene.aim(performance.now() - at < 3_000, "many requests at once took over 3 s");
};

const silent = {
  id: "12c",
  fault: "open connections fall silent for ever, new ones work",
  async run(scene) {
    await scene.begin();
    for (let round = 0; round < 3; round += 1) {
      await scene.emulator.faults({ pg: { freeze: true } });
      await scene.app.isIn("memory");
      // That they are silent is known now, and new ones work.
      const at = performance.now();
      await scene.load.more(20);
      await scene.recovered(at, { withinMs: 2_000 });
      await scene.load.more(20);
      // The frozen ones stay so: they belong to nobody now.
      await scene.emulator.faults({ pg: { freeze: false } });
      await scene.load.more(20);
    }
    await poolIsWhole(scene);
  },
};

const blackHole = {
  id: "12d",
  fault: "black hole: open connections silent, new ones never answered",
  async run(scene) {
    await scene.begin();
    await scene.emulator.faults({ pg: { freeze: true, black_hole: true } });
    await scene.app.isIn("memory");
    const openAt = performance.now();
    await scene.load.more(200);
    const slowest = scene.load.slowestBetween(openAt);
    scene.aim(slowest <= 250, `${slowest.toFixed(0)} ms for a request while the circuit was open`);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs: 3_000 });
    await scene.load.more(40);
    await poolIsWhole(scene);
  },
};

const refused = (id, fault, refuse) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin();
    await scene.emulator.faults({ pg: { refuse } });
    await scene.emulator.kill("reset");
    await scene.app.isIn("memory");
    await scene.load.more(100);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs: 1_000 });
    await scene.load.more(40);
  },
});

const moved = {
  id: "10",
  fault: "the instance moves to another address, twice; only its name is configured",
  async run(scene) {
    // Without PGHOST the workspace is asked where the endpoint is.
    await scene.begin({ environment: { PGHOST: undefined } });
    for (const address of ["127.0.0.4", "127.0.0.5"]) {
      await scene.emulator.faults({ pg: { moved_to: address } });
      const at = performance.now();
      await scene.emulator.kill("reset");
      await scene.recovered(at, { withinMs: 1_000 });
      const { database } = await scene.app.status();
      scene.expect(database.host === address, `it connects to ${database.host}, not ${address}`);
      await scene.load.more(40);
      // The workspace is asked at most every 5 s.
      await until("the workspace may be asked again", () => performance.now() - at > 5_500, { everyMs: 50 });
    }
  },
};

const slow = {
  id: "13",
  fault: "50 ms and 20 kB/s on the way to the database",
  async run(scene) {
    await scene.begin({ rate: 25 });
    await scene.emulator.faults({ pg: { latency_ms: 50, bytes_per_second: 20_000 } });
    const at = performance.now();
    await scene.load.more(150, { withinMs: 60_000 });
    scene.note(`p99 ${scene.load.percentile(0.99, at).toFixed(0)} ms`);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs: 3_000 });
    await scene.load.more(20);
  },
};

const readOnly = {
  id: "14",
  fault: "failover to a read-only standby (25006) for 4 s",
  async run(scene) {
    await scene.begin();
    const at = performance.now();
    const before = await scene.emulator.state();
    await scene.emulator.faults({ pg: { read_only: true } });
    await scene.app.isIn("memory");
    await until("four seconds of it", () => performance.now() - at > 4_000, { everyMs: 20 });
    const { logins } = await scene.since(before);
    scene.note(`${logins} logins in 4 s`);
    scene.expect(logins <= 60, `${logins} logins in 4 s: a tight loop`);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs: 1_000 });
    await scene.load.more(40);
  },
};

const tooMany = (id, fault, error) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin({ clients: 16, rate: 120 });
    const before = await scene.emulator.state();
    await scene.emulator.faults({ pg: { max_connections: { limit: 2, error } } });
    await scene.emulator.kill();
    const at = performance.now();
    await until("four seconds of it", () => performance.now() - at > 4_000, { everyMs: 20 });
    const { mintCalls, refused: refusals } = await scene.since(before);
    scene.note(`${refusals} refused logins in 4 s`);
    scene.expect(mintCalls === 0, `${mintCalls} mint calls, though the credential is good`);
    scene.expect(refusals <= 60, `${refusals} refused logins in 4 s: a storm`);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs: 1_000 });
    await scene.load.more(40);
  },
});

const locked = {
  id: "16",
  fault: "somebody locks the tables for 6 s",
  async run(scene) {
    await scene.begin();
    const session = await scene.cluster.lock(`lock table ${scene.schema}.chat, ${scene.schema}.message in access exclusive mode`, 6);
    await scene.app.isIn("memory");
    await scene.load.more(60);
    await session.exited;
    await scene.recovered(performance.now(), { withinMs: 6_000 });
    await scene.load.more(40);
    await poolIsWhole(scene);
  },
};

const frozen = {
  id: "18",
  fault: "the app's backends are stopped (`SIGSTOP`) for 5 s",
  async run(scene) {
    await scene.begin();
    const thaw = await scene.cluster.freeze();
    const at = performance.now();
    try {
      await scene.app.isIn("memory");
      await scene.load.more(40);
      await until("five seconds of it", () => performance.now() - at > 5_000, { everyMs: 20 });
      // New sessions are served, so it may be back already: unless a change is among those that stand.
      const { storage } = await scene.app.status();
      scene.note(`mode ${storage.mode} while they stand`);
    } finally {
      thaw();
    }
    await scene.recovered(performance.now(), { withinMs: 1_000 });
    await scene.load.more(40);
    await poolIsWhole(scene);
  },
};

// That an endpoint which wakes refuses the password looks like a bad credential: another is tried, with growing waits.
const napping = (id, fault, wake, withinMs, mostMints = 1) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin();
    for (let round = 0; round < 2; round += 1) {
      await scene.emulator.faults({ pg: { wake } });
      const before = await scene.emulator.state();
      await scene.emulator.suspend();
      await scene.recovered(performance.now(), { withinMs });
      await scene.load.more(40);
      const { mints } = await scene.since(before);
      scene.expect(mints <= mostMints, `${mints} mints for one nap`);
    }
    await scene.load.more(20);
  },
});

const quiet = {
  id: "28d",
  fault: "nobody asks: the endpoint falls asleep by itself",
  async run(scene) {
    await scene.begin({ environment: { LAKEBASE_POOL_IDLE_TIMEOUT_SECONDS: "2" } });
    await scene.load.stop();
    const isIdle = async () => (await scene.emulator.state()).open_connections === 0;
    await until("no connection is open", isIdle, { withinMs: 20_000, everyMs: 50 });
    await scene.emulator.faults({ pg: { suspend_after_idle_ms: 1_000, wake: { delay_ms: 500, symptom: "slow" } } });
    // For ten minutes after the last visitor silent answers are looked for every 15 s: this is the time between two looks.
    await until("silent answers were looked for", async () => !(await isIdle()), { withinMs: 20_000, everyMs: 20 });
    await until("it sleeps", async () => (await scene.emulator.state()).suspended, { withinMs: 20_000 });
    const before = await scene.emulator.state();
    const at = performance.now();
    await until("five quiet seconds", () => performance.now() - at > 5_000, { everyMs: 100 });
    const { statements, state } = await scene.since(before);
    scene.expect(statements === 0 && state.suspended, `${statements} statements kept it awake`);
    // Nobody has sent anything for so long that it would fall asleep again while it wakes.
    await scene.emulator.faults({ pg: { suspend_after_idle_ms: null } });
    const first = await scene.app.get("/api/v1/chats", { headers: { "x-forwarded-user": "person-0" } });
    scene.note(`the first request after the nap took ${first.ms.toFixed(0)} ms`);
    scene.expect(first.status === 200 && first.ms <= 3_000, `the first request after the nap: ${first.status} in ${first.ms.toFixed(0)} ms`);
    await scene.emulator.clear();
    await scene.recovered(performance.now());
  },
};

export const network = [
  killed("12a", "every connection closed, five times", "close"),
  killed("12b", "every connection reset, five times", "reset"),
  silent,
  blackHole,
  refused("12e", "connections refused", "closed"),
  refused("12f", "connections taken and reset", "reset"),
  moved,
  slow,
  readOnly,
  tooMany("15a", "2 connections allowed, the rest 53300", "postgres"),
  tooMany("15b", "2 connections allowed, the rest XX000 of the proxy", "proxy"),
  locked,
  frozen,
  napping("28a", "asleep, wakes in 500 ms, logins wait", { delay_ms: 500, symptom: "slow" }, 3_000),
  napping("28b", "asleep, wakes in 2 s, 57P03", { delay_ms: 2_000, symptom: "starting_up" }, 4_000),
  napping("28c", "asleep, wakes in 2 s, password authentication failed", { delay_ms: 2_000, symptom: "password_failed" }, 4_000, 5),
  quiet,
];
