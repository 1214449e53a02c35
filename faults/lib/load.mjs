// People at work: so many writes and reads a second, until told to stop.
import { Client } from "./client.mjs";
import { pause, until } from "./process.mjs";

class Tally {
  requests = 0;
  cut = 0;
  failures = [];
  slowest = { ms: 0, what: "" };
  /** Every exchange: when it was sent, how long it took, whether it was answered well. */
  exchanges = [];
  stale = [];

  note(method, path, { at, ms }) {
    const what = `${method} ${path.replace(/[0-9a-f-]{36}/, "{id}")}`;
    this.exchanges.push({ at, ms, what });
    if (ms > this.slowest.ms) this.slowest = { ms, what };
  }

  /** Leaves out those that were sent between two moments, for a reason of the test's own. */
  forgive(from, to) {
    this.exchanges = this.exchanges.filter(({ at, ms }) => at + ms < from || at > to);
    this.slowest = this.exchanges.reduce((slowest, exchange) => (exchange.ms > slowest.ms ? exchange : slowest), { ms: 0, what: "" });
  }

  fail = (what, { at, ms, status }) => this.failures.push({ what, at, ms, status });
}

export class Load {
  tally = new Tally();
  #working = [];
  #isOver = false;

  constructor({ app, clients, rate, mayFail }) {
    this.rate = rate;
    this.clients = Array.from({ length: clients }, (_, index) => new Client({ user: `person-${index}`, app, tally: this.tally, mayFail }));
  }

  start() {
    this.#working = this.clients.map(async (client, index) => {
      let due = performance.now() + (1_000 * index) / this.rate;
      while (!this.#isOver) {
        const everyMs = (1_000 * this.clients.length) / this.rate;
        const early = due - performance.now();
        if (early > 0) await pause(early);
        // Who was held up does not make up for it all at once.
        due = Math.max(due, performance.now() - everyMs) + everyMs;
        await client.act();
      }
    });
    this.#working.forEach((work) => work.catch(() => {}));
  }

  /** Everybody opens the app. */
  async visit() {
    await Promise.all(this.clients.map((client) => client.visit()));
  }

  get acknowledged() {
    return this.clients.reduce((total, client) => total + client.acknowledged, 0);
  }

  /** Waits until so many more changes are acknowledged. */
  async more(count, options) {
    const goal = this.acknowledged + count;
    await until(`${count} more acknowledged changes`, () => this.acknowledged >= goal, options);
  }

  async stop() {
    this.#isOver = true;
    await Promise.all(this.#working);
    this.clients.forEach((client) => client.leave());
  }

  /** The given part of the exchanges, sorted by time taken, of those sent between two moments. */
  percentile(part, from = 0, to = Infinity) {
    const times = this.tally.exchanges.filter(({ at }) => at >= from && at < to).map(({ ms }) => ms).sort((a, b) => a - b);
    return times.length === 0 ? 0 : times[Math.min(times.length - 1, Math.floor(times.length * part))];
  }

  slowestBetween = (from, to = Infinity) => this.percentile(1, from, to);
}
