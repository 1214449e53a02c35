// The database goes away and comes back.
import { until } from "../lib/process.mjs";

/** With the circuit open nobody waits for the database any more. */
const WHILE_AWAY_MS = 250;

const restart = (id, fault, stop) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin();
    await stop(scene.cluster);
    await scene.app.isIn("memory");
    const openAt = performance.now();
    await scene.load.more(80);
    const slowest = scene.load.slowestBetween(openAt);
    scene.aim(slowest <= WHILE_AWAY_MS, `${slowest.toFixed(0)} ms for a request while the circuit was open`);
    const backAt = await scene.cluster.start();
    await scene.recovered(backAt, { withinMs: 1_000 });
    await scene.load.more(40);
  },
});

const tenKills = {
  id: "kill9x10",
  fault: "PostgreSQL `kill -9` ten times under 50 writes/s, the app killed in two of the outages",
  async run(scene) {
    await scene.begin({ clients: 10, rate: 75 });
    const recoveries = [];
    const awayFor = [];
    for (let round = 0; round < 10; round += 1) {
      await scene.cluster.kill();
      if (round === 3 || round === 7) {
        await scene.load.more(15);
        await scene.app.killed();
        await scene.boot(scene.app);
      }
      await scene.app.isIn("memory");
      const openAt = performance.now();
      await scene.load.more(25);
      awayFor.push(scene.load.slowestBetween(openAt));
      const backAt = await scene.cluster.start();
      recoveries.push(await scene.recovered(backAt));
      await scene.load.more(20);
    }
    scene.note(`the circuit closed after ${recoveries.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    scene.note(`slowest while it was open: ${awayFor.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    scene.aim(Math.max(...recoveries) <= 1_000, "the circuit took more than 1 s to close");
    scene.aim(Math.max(...awayFor) <= WHILE_AWAY_MS, `a request took ${Math.max(...awayFor).toFixed(0)} ms while the circuit was open`);
  },
};

const bootWithout = {
  id: "19",
  fault: "PostgreSQL down at boot, up later",
  async run(scene) {
    await scene.begin({ isStarted: false });
    await scene.cluster.stop();
    const startMs = await scene.boot(scene.app, { path: "/" });
    scene.note(`first page, a 200, ${startMs.toFixed(0)} ms after the start of the process`);
    scene.aim(startMs <= scene.stage.firstPageMs, `the first page came after ${startMs.toFixed(0)} ms`);
    await scene.app.isIn("memory");
    scene.load.start();
    await scene.load.more(120);
    const backAt = await scene.cluster.start();
    await scene.recovered(backAt, { withinMs: 2_000 });
    await scene.load.more(60);
  },
};

const downMidChat = {
  id: "20",
  fault: "PostgreSQL down for 10 s in the middle of chats",
  async run(scene) {
    await scene.begin();
    const downAt = performance.now();
    await scene.cluster.stop();
    await scene.app.isIn("memory");
    const waited = async () => (await scene.app.status()).storage.pending_changes > 0 && performance.now() - downAt > 10_000;
    await until("ten seconds of an outage", waited, { everyMs: 100 });
    const { storage } = await scene.app.status();
    scene.note(`the person read: ${storage.reason}`);
    scene.expect(storage.degraded && /^Saving locally/.test(storage.reason), `the person read: ${storage.reason}`);
    const backAt = await scene.cluster.start();
    await scene.recovered(backAt, { withinMs: 2_000 });
    await scene.load.more(40);
  },
};

/** Journals until so many changes wait. */
const waiting = async (scene, count) => {
  const pending = async () => (await scene.app.status())?.storage.pending_changes >= count;
  await until(`${count} changes wait`, pending, { withinMs: 240_000, everyMs: 20 });
};

const replayCut = (id, fault, cut) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin({ clients: 16, rate: 40 });
    let cuts = 0;
    for (let round = 0; round < 3; round += 1) {
      await scene.cluster.kill();
      await scene.app.isIn("memory");
      scene.load.rate = 300;
      await waiting(scene, 600);
      scene.load.rate = 40;
      await scene.cluster.start();
      let most = 0;
      const isReplaying = async () => {
        const storage = (await scene.app.status())?.storage;
        if (!storage) return false;
        most = Math.max(most, storage.pending_changes);
        return storage.mode === "postgres" || storage.pending_changes < most;
      };
      await until("the replay goes on", isReplaying, { everyMs: 0 });
      const { storage } = await scene.app.status();
      cuts += storage.mode !== "postgres";
      await cut(scene);
    }
    scene.note(`${cuts} of 3 cuts came in the middle of a replay`);
    scene.expect(cuts > 0, "no cut came in the middle of a replay");
    await scene.recovered(performance.now());
    await scene.load.more(40);
  },
});

const killApp = async (scene) => {
  await scene.app.killed();
  await scene.boot(scene.app);
  await scene.app.settled();
  await scene.load.visit();
};

const killDatabase = async (scene) => {
  await scene.cluster.kill();
  await scene.app.isIn("memory");
  const backAt = await scene.cluster.start();
  await scene.recovered(backAt);
};

const manyChanges = {
  id: "replay5000",
  fault: "5,000 changes in the journal when PostgreSQL returns",
  async run(scene) {
    await scene.begin({ clients: 24 });
    scene.load.rate = 1_000;
    await scene.cluster.stop();
    await scene.app.isIn("memory");
    await waiting(scene, 5_000);
    await scene.load.stop();
    const backAt = await scene.cluster.start();
    const ms = await scene.recovered(backAt, { withinMs: 5_000 });
    scene.note(`replayed in ${ms.toFixed(0)} ms`);
  },
};

const full = {
  id: "17",
  fault: "the disk of PostgreSQL is full (53100) for every write",
  async run(scene) {
    await scene.begin();
    const { schema } = scene;
    // The server's own words for it; every change writes this table first.
    await scene.cluster.query(`
      create function ${schema}.full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
      create trigger full_disk before insert on ${schema}.applied_change execute function ${schema}.full_disk()`);
    await scene.app.isIn("memory");
    await scene.load.more(100);
    const { storage } = await scene.app.status();
    scene.expect(/is full/.test(storage.reason), `the person read: ${storage.reason}`);
    await scene.cluster.query(`drop trigger full_disk on ${schema}.applied_change`);
    await scene.recovered(performance.now(), { withinMs: 1_000 });
    await scene.load.more(40);
  },
};

const migrationWaits = {
  id: "27",
  fault: "somebody holds the migrations' table for 6 s while the app starts",
  async run(scene) {
    await scene.begin();
    await scene.app.stopped();
    const session = await scene.cluster.lock(`lock table ${scene.schema}._sqlx_migrations in access exclusive mode`, 6);
    const startMs = await scene.boot(scene.app, { path: "/" });
    scene.note(`first page, a 200, ${startMs.toFixed(0)} ms after the start of the process`);
    await scene.app.isIn("memory");
    await scene.load.more(60);
    await session.exited;
    await scene.recovered(performance.now(), { withinMs: 3_000 });
    await scene.load.more(40);
  },
};

const never = {
  id: "never",
  fault: "PostgreSQL down with `LAKELEDGER_FALLBACK=never`",
  async run(scene) {
    scene.mayFail = true;
    await scene.begin({ environment: { LAKELEDGER_FALLBACK: "never" }, mayFail: true });
    await scene.cluster.stop();
    await scene.app.isIn("unavailable");
    const openAt = performance.now();
    const failures = () => scene.load.tally.failures.filter(({ at }) => at >= openAt);
    await until("forty requests are refused", () => failures().length >= 40);
    const slowest = Math.max(...failures().map(({ ms }) => ms));
    scene.aim(slowest <= WHILE_AWAY_MS, `a refusal took ${slowest.toFixed(0)} ms`);
    const backAt = await scene.cluster.start();
    await scene.recovered(backAt, { withinMs: 1_000 });
    const upAt = performance.now();
    await scene.load.more(60);
    scene.expect(!scene.load.tally.failures.some(({ at }) => at > upAt), "a request failed after the return");
    scene.expect(scene.load.tally.failures.every(({ status }) => status === 503), "a failure was no 503");
  },
};

export const database = [
  restart("11a", "PostgreSQL restarted, fast", (cluster) => cluster.stop("SIGINT")),
  restart("11b", "PostgreSQL restarted, immediate", (cluster) => cluster.stop("SIGQUIT")),
  restart("11c", "PostgreSQL `kill -9`", (cluster) => cluster.kill()),
  tenKills,
  bootWithout,
  downMidChat,
  replayCut("21a", "the app killed in the middle of a replay", killApp),
  replayCut("21b", "PostgreSQL killed in the middle of a replay", killDatabase),
  full,
  migrationWaits,
  manyChanges,
  never,
];
