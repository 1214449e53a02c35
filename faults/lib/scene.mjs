// One row of the matrix: an emulator, one app or more, a load, and what was seen of them.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { App } from "./app.mjs";
import { Emulator } from "./emulator.mjs";
import { Load } from "./load.mjs";
import { until } from "./process.mjs";
import { secretBytes } from "./secrets.mjs";
import { verify } from "./verify.mjs";

export const POOL_MAX = 10;
/** Whatever happens, nobody waits longer for an answer. */
const SLOWEST_MS = 3_000;
/** Refusals that blame the credential; others blame the database's state. */
const BAD_LOGINS = ["expired", "revoked", "not_a_jwt", "signature", "audience", "wrong_user"];

let scenes = 0;

export class Scene {
  apps = [];
  broken = [];
  missed = [];
  notes = [];
  recoveredMs = undefined;
  /** Connections beside the pool: each process may use one for migrations. */
  #boots = 0;

  constructor(stage, { isFull }) {
    Object.assign(this, { stage, cluster: stage.cluster, isFull });
    scenes += 1;
    this.schema = `faults_${process.pid}_${scenes}`;
  }

  /** The emulator, the app and the people, at work: `warm` changes are acknowledged when this returns. */
  async begin({ environment, openFiles, fillsUp, clients = 6, rate = 40, warm = 40, mayFail = false, faults, isStarted = true } = {}) {
    this.folder = await mkdtemp(join(this.stage.folder, "row-"));
    this.emulator = await Emulator.start({ program: this.stage.programs.emulator, folder: this.folder, cluster: this.cluster });
    if (faults) await this.emulator.faults(faults);
    this.app = await this.addApp({ environment, openFiles, fillsUp });
    this.load = new Load({ app: this.app, clients, rate, mayFail });
    if (!isStarted) return;
    await this.boot(this.app);
    await this.app.settled();
    await this.load.visit();
    this.load.start();
    await this.load.more(warm);
  }

  async addApp({ environment, openFiles, fillsUp, name = "app" } = {}) {
    const app = await App.make({ program: this.stage.programs.app, folder: this.folder, name, emulator: this.emulator, schema: this.schema, environment, openFiles, fillsUp });
    this.apps.push(app);
    return app;
  }

  async boot(app, options) {
    this.#boots += 1;
    return app.start(options);
  }

  /** Notes a rule that was not kept. */
  expect(isKept, rule) {
    if (!isKept) this.broken.push(rule);
  }

  /** A time that the product aims at; on a machine that does much else it may be missed. */
  aim(isMet, goal) {
    if (!isMet) this.missed.push(goal);
  }

  note = (text) => this.notes.push(text);

  /** Waits for the app to be whole again; counted from `liftedAt`. */
  async recovered(liftedAt, { app = this.app, withinMs } = {}) {
    await app.settled();
    // It says so; now somebody asks the database.
    await until("the database answers the app", async () => (await app.get("/ready")).body?.storage?.mode === "postgres");
    await app.settled();
    const ms = performance.now() - liftedAt;
    this.recoveredMs = Math.max(this.recoveredMs ?? 0, ms);
    if (withinMs !== undefined) this.aim(ms <= withinMs, `back within ${ms.toFixed(0)} ms, not ${withinMs}`);
    return ms;
  }

  /** Counts of the emulator, as what was added since. */
  async since(before) {
    const now = await this.emulator.state();
    const badLogins = (state) => BAD_LOGINS.reduce((total, reason) => total + (state.logins_refused_by[reason] ?? 0), 0);
    return {
      mints: now.mints.autoscaling - (before?.mints.autoscaling ?? 0),
      mintCalls: now.mint_calls - (before?.mint_calls ?? 0),
      badLogins: badLogins(now) - (before ? badLogins(before) : 0),
      refused: now.logins_refused - (before?.logins_refused ?? 0),
      logins: now.logins_ok - (before?.logins_ok ?? 0),
      statements: now.statements - (before?.statements ?? 0),
      state: now,
    };
  }

  /** Ends the load, waits for the answers in the making, and compares. */
  async finish() {
    await this.load.stop();
    for (const app of this.apps.filter((app) => !app.isDown)) await app.settled();
    const isAnswered = async () => (await this.cluster.query(`select count(*) from ${this.schema}.message where status = 'streaming'`))[0] === "0";
    const hasDied = this.apps.some((app) => app.deaths > 0);
    // An answer whose process died is sealed by its next reader, a minute later.
    if (!hasDied) await until("every answer is sealed", isAnswered, { everyMs: 50 }).catch((error) => this.broken.push(error.message));
    const found = await verify({ clients: this.load.clients, cluster: this.cluster, schema: this.schema });
    const counted = await this.since();
    for (const app of this.apps) await app.end();
    const logs = (await Promise.all(this.apps.map((app) => app.log()))).join("");
    const { tally } = this.load;
    const result = {
      requests: tally.requests,
      failed: tally.failures.length,
      lost: found.lost.length,
      doubled: found.doubled.length,
      slowestMs: Math.max(tally.slowest.ms, 0),
      mints: counted.mints,
      badLogins: counted.badLogins,
      sessions: counted.state.max_open_connections,
      secretBytes: secretBytes(logs, this.emulator.secrets()),
      recoveredMs: this.recoveredMs,
      details: [...this.notes, `${found.changes} changes acknowledged, ${tally.cut} requests cut by the app's death, ${counted.mintCalls} mint calls, ${counted.logins} logins, ${found.failedAnswers} answers failed`, `slowest: ${tally.slowest.what}`],
    };
    const maxSessions = POOL_MAX * this.apps.length + this.#boots;
    this.expect(result.lost === 0, `lost: ${found.lost.slice(0, 5).join("; ")}`);
    this.expect(result.doubled === 0, `doubled: ${found.doubled.slice(0, 5).join("; ")}`);
    this.expect(tally.stale.length === 0, `${tally.stale.length} reads missed what was acknowledged: ${tally.stale.slice(0, 3).join("; ")}`);
    if (!this.mayFail) this.expect(result.failed === 0, `failed: ${tally.failures.slice(0, 5).map(({ what }) => what).join("; ")}`);
    this.expect(result.slowestMs <= SLOWEST_MS, `${tally.slowest.what} took ${result.slowestMs.toFixed(0)} ms`);
    this.expect(result.sessions <= maxSessions, `${result.sessions} sessions, not ${maxSessions}`);
    this.expect(counted.state.max_open_sockets <= maxSessions + 1, `${counted.state.max_open_sockets} sockets, not ${maxSessions}`);
    this.expect(result.secretBytes === 0, `${result.secretBytes} secret bytes in the log`);
    this.expect(!/panicked/.test(logs), "the app panicked");
    return { ...result, broken: this.broken, missed: this.missed };
  }

  /** Puts everything away, after a failure too. */
  async strike({ isKept }) {
    await this.load?.stop().catch(() => {});
    for (const app of this.apps) await app.end().catch(() => {});
    await this.emulator?.end();
    if (!isKept && this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}
