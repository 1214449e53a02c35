// The app itself is stopped, paused, or there twice.
import { until } from "../lib/process.mjs";

/** The events of a run's stream, by their numbers. */
const readEvents = async (app, user, run) => {
  const { status, body, error } = await app.get(`/api/v1/runs/${run}/events`, { headers: { "x-forwarded-user": user }, timeoutMs: 100_000 });
  if (status !== 200) throw new Error(`the events of ${run}: ${status ?? error}`);
  const numbers = [...body.matchAll(/^id: ?(\d+)$/gm)].map(([, number]) => Number(number));
  return { numbers, isDone: /^event: ?done$/m.test(body) };
};

const withoutGaps = (numbers) => numbers.every((number, index) => number === index + 1);

const terminated = (id, fault, { isAway }) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin({ clients: 12, rate: 120 });
    let slowestStop = 0;
    let streams = 0;
    for (let round = 0; round < 3; round += 1) {
      if (isAway) {
        await scene.cluster.stop();
        await scene.app.isIn("memory");
      }
      const since = performance.now();
      await scene.load.more(40);
      const runs = scene.load.clients.flatMap(({ user, chats }) => chats.flatMap(({ messages }) => messages.filter(({ run, sentAt }) => run && sentAt > since).map(({ run }) => ({ user, run }))));
      slowestStop = Math.max(slowestStop, await scene.app.stopped());
      await scene.boot(scene.app);
      for (const { user, run } of runs.slice(-8)) {
        const { numbers, isDone } = await readEvents(scene.app, user, run);
        streams += 1;
        scene.expect(isDone && withoutGaps(numbers), `the stream of ${run} has gaps after the restart: ${numbers.join(" ")}`);
      }
      if (isAway) {
        const backAt = await scene.cluster.start();
        await scene.recovered(backAt);
        await scene.load.visit();
      }
    }
    scene.note(`stopped within ${slowestStop.toFixed(0)} ms; ${streams} streams read to their ends in the next process`);
    scene.expect(slowestStop <= 10_000, `it took ${slowestStop.toFixed(0)} ms to stop`);
    await scene.load.more(40);
    await scene.recovered(performance.now());
  },
});

const replicas = {
  id: "25",
  fault: "two processes, one database; people move between them; one is killed",
  async run(scene) {
    await scene.begin();
    const other = await scene.addApp({ name: "other" });
    await scene.boot(other);
    await other.settled();
    const { clients } = scene.load;
    clients.filter((_, index) => index % 2).forEach((client) => client.moveTo(other));
    await scene.load.more(80);
    await scene.cluster.kill();
    await scene.app.isIn("memory");
    await other.isIn("memory");
    await scene.load.more(80);
    const backAt = await scene.cluster.start();
    await scene.recovered(backAt);
    await scene.recovered(backAt, { app: other, withinMs: 2_000 });
    await scene.load.more(40);
    // Everything is in the database now, so the other process knows all that the first one did.
    await other.killed();
    await until("they have moved", () => {
      clients.filter(({ app }) => app === other).forEach((client) => client.moveTo(scene.app));
      return true;
    });
    other.isDown = false;
    await scene.load.more(80);
    other.isDown = true;
    const answered = clients[1].chats.flatMap(({ messages }) => messages).find(({ run }) => run);
    const { numbers, isDone } = await readEvents(scene.app, clients[1].user, answered.run);
    scene.expect(isDone && withoutGaps(numbers), "an answer of the one process cannot be read from the other");
  },
};

/** What a later version's migration does: it adds, and nothing that is there changes its meaning. */
const laterMigration = (schema) => `
  alter table ${schema}.chat add column colour text;
  alter table ${schema}.message add column weight integer not null default 0;
  alter table ${schema}.transaction add column checked_at timestamptz;
  create table ${schema}.reminder (user_id text not null, id uuid primary key, due date not null);
  create index message_by_weight on ${schema}.message (user_id, weight);
  insert into ${schema}._sqlx_migrations (version, description, success, checksum, execution_time)
    values (99990101000001, 'of a later version', true, decode('00', 'hex'), 1)`;

const rolling = {
  id: "26",
  fault: "a later version's migration is applied while this version works; it starts on that schema too",
  async run(scene) {
    await scene.begin();
    await scene.cluster.query(laterMigration(scene.schema));
    await scene.recovered(performance.now());
    await scene.load.more(80);
    // One more instance of this version, as when a container is replaced in the middle of the deployment.
    const other = await scene.addApp({ name: "other" });
    const startMs = await scene.boot(other);
    await other.settled();
    scene.note(`an instance that starts on the later schema answers after ${startMs.toFixed(0)} ms`);
    // What the one has written is in the database when people come to the other.
    await scene.app.settled();
    const { clients } = scene.load;
    clients.filter((_, index) => index % 2).forEach((client) => client.moveTo(other));
    await scene.load.more(120);
    await scene.recovered(performance.now(), { app: other });
    const migrations = await scene.cluster.query(`select count(*) from ${scene.schema}._sqlx_migrations where version < 99990101000001 and not success`);
    scene.expect(migrations[0] === "0", "a migration was left half done");
  },
};

const paused = {
  id: "30",
  fault: "the app is paused (`SIGSTOP`) for longer than its credential lives",
  async run(scene) {
    await scene.begin({ faults: { token_lifetime_seconds: 5 } });
    const before = await scene.emulator.state();
    const pausedAt = performance.now();
    scene.app.child.signal("SIGSTOP");
    const pauseMs = scene.isFull ? 90_000 : 12_000;
    // A network device forgets connections that long.
    await scene.emulator.kill();
    await until("the pause is over", () => performance.now() - pausedAt > pauseMs, { withinMs: pauseMs + 5_000, everyMs: 50 });
    scene.app.child.signal("SIGCONT");
    const resumedAt = performance.now();
    await scene.load.more(40);
    await scene.recovered(resumedAt, { withinMs: 3_000 });
    // Who was on the way when the app was paused waited for as long as it was.
    scene.load.tally.forgive(pausedAt, resumedAt);
    const { badLogins } = await scene.since(before);
    scene.note(`${badLogins} bad logins after the pause`);
    scene.expect(badLogins === 0, `${badLogins} logins with an expired credential`);
    await scene.load.more(20);
  },
};

export const processes = [
  terminated("22a", "`SIGTERM` while answers are written", { isAway: false }),
  terminated("22b", "the same while PostgreSQL is down", { isAway: true }),
  replicas,
  rolling,
  paused,
];
