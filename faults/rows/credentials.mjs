// The workspace that mints the credentials misbehaves.
import { until } from "../lib/process.mjs";
import { POOL_MAX } from "../lib/scene.mjs";

const rotation = {
  id: "1",
  fault: "load with credentials of 3 s and 30 % of mints failing, connections closed every 2 s",
  async run(scene) {
    await scene.begin({ faults: { token_lifetime_seconds: 3 } });
    const before = await scene.emulator.state();
    const startedAt = performance.now();
    await scene.emulator.faults({ http: { credentials: { action: { status: { code: 500 } }, probability: 0.3 } } });
    const lengthMs = scene.isFull ? 60_000 : 20_000;
    // Connections outlive their credentials, so that they have to be made to log in again.
    let kills = 0;
    const isOver = async () => {
      const passed = performance.now() - startedAt;
      if (passed > (kills + 1) * 2_000) {
        kills += 1;
        await scene.emulator.kill();
      }
      return passed > lengthMs;
    };
    await until("the rotations are over", isOver, { withinMs: lengthMs + 10_000, everyMs: 50 });
    const { mints, mintCalls, badLogins, state } = await scene.since(before);
    const rotations = lengthMs / 1_500;
    scene.note(`${mints} mints of ${mintCalls} calls in ${lengthMs / 1_000} s, ${kills} times every connection closed`);
    scene.expect(mints <= rotations * 1.35 + 2, `${mints} mints in ${rotations.toFixed(0)} rotations`);
    scene.expect(badLogins === 0, `${badLogins} bad logins`);
    scene.expect(state.mints.autoscaling > before.mints.autoscaling, "nothing was minted");
    await scene.emulator.clear();
    await scene.recovered(performance.now());
  },
};

const revoked = {
  id: "2",
  fault: "every credential revoked and every backend killed",
  async run(scene) {
    await scene.begin();
    for (let round = 0; round < 3; round += 1) {
      const before = await scene.emulator.state();
      await scene.emulator.revoke();
      await scene.emulator.kill("admin_shutdown");
      await scene.recovered(performance.now(), { withinMs: 1_000 });
      await scene.load.more(40);
      const { mints, badLogins } = await scene.since(before);
      scene.expect(mints === 1, `${mints} re-mints for one revocation`);
      scene.expect(badLogins <= POOL_MAX, `${badLogins} bad logins for one revocation`);
    }
  },
};

/**
 * A storm at the credential endpoint: first with a good credential at hand, which goes on to be used, then without.
 * `maxCalls` bounds the calls of the second part.
 */
const storm = (id, fault, action, { maxCalls, withinMs = 1_000, forMs = 4_000, mode = "memory", check = () => {} }) => ({
  id,
  fault,
  async run(scene) {
    await scene.begin();
    await scene.emulator.faults({ http: { credentials: { action } } });
    await scene.emulator.kill();
    await scene.load.more(40);
    scene.expect((await scene.app.status()).storage.mode === "postgres", "the credential at hand was not used");
    await scene.load.more(20);
    const before = await scene.emulator.state();
    await scene.emulator.revoke();
    await scene.emulator.kill();
    const at = performance.now();
    await scene.app.isIn(mode);
    await until("the storm is over", () => performance.now() - at > forMs, { everyMs: 20, withinMs: forMs + 5_000 });
    const { mintCalls, badLogins } = await scene.since(before);
    scene.note(`${mintCalls} mint calls in ${(forMs / 1_000).toFixed(0)} s`);
    scene.expect(mintCalls <= maxCalls, `${mintCalls} mint calls in ${forMs / 1_000} s, at most ${maxCalls} are backoff`);
    scene.expect(badLogins <= POOL_MAX, `${badLogins} bad logins`);
    await check(scene);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs });
    await scene.load.more(40);
  },
});

const status = (code, rest = {}) => ({ status: { code, ...rest } });
// Waits of half a second and one second, less their jitter.
const steps = 11;

const dead = {
  id: "8",
  fault: "credentials that PostgreSQL refuses",
  async run(scene) {
    await scene.begin();
    const before = await scene.emulator.state();
    await scene.emulator.faults({ http: { credentials: { action: "dead" } } });
    await scene.emulator.revoke();
    await scene.emulator.kill();
    const at = performance.now();
    await scene.app.isIn("memory");
    await until("four seconds of it", () => performance.now() - at > 4_000, { everyMs: 20 });
    const { mints, badLogins } = await scene.since(before);
    scene.note(`${mints} mints and ${badLogins} bad logins in 4 s`);
    scene.expect(mints <= 6, `${mints} mints in 4 s: a tight loop`);
    scene.expect(badLogins <= POOL_MAX + 6, `${badLogins} bad logins in 4 s: a tight loop`);
    await scene.emulator.clear();
    await scene.recovered(performance.now(), { withinMs: 5_000 });
    await scene.load.more(40);
  },
};

const skew = (id, seconds) => ({
  id,
  fault: `the workspace's clock ${seconds > 0 ? "10 min ahead" : "10 min behind"}, credentials of 3 s`,
  async run(scene) {
    await scene.begin({ faults: { clock_skew_seconds: seconds, token_lifetime_seconds: 3 } });
    const before = await scene.emulator.state();
    for (let round = 0; round < 4; round += 1) {
      const { mints } = await scene.emulator.state();
      await until("the next credential", async () => (await scene.emulator.state()).mints.autoscaling > mints.autoscaling);
      await scene.emulator.kill();
      await scene.load.more(20);
    }
    const { badLogins } = await scene.since(before);
    scene.expect(badLogins === 0, `${badLogins} bad logins`);
    await scene.recovered(performance.now());
  },
});

export const credentials = [
  rotation,
  revoked,
  storm("3a", "credential endpoint answers 500", status(500), { maxCalls: steps }),
  storm("3b", "credential endpoint answers 503", status(503), { maxCalls: steps }),
  storm("4a", "credential endpoint answers 429, Retry-After 2 s", status(429, { retry_after: { seconds: 2 } }), { maxCalls: 4, withinMs: 2_500 }),
  storm("4b", "credential endpoint answers 429, Retry-After as a date", status(429, { retry_after: { date_in_seconds: 2 } }), { maxCalls: 6, withinMs: 2_500 }),
  storm("5", "credential endpoint answers 403", status(403), {
    maxCalls: steps,
    check: async (scene) => {
      const { storage } = await scene.app.status();
      scene.expect(/does not let the app in/.test(storage.reason), `the person read: ${storage.reason}`);
    },
  }),
  storm("6a", "credential endpoint hangs", "hang", { maxCalls: 5, forMs: 8_000, withinMs: 3_000 }),
  storm("6b", "credential endpoint takes 10 s", { delay: { ms: 10_000 } }, { maxCalls: 5, forMs: 8_000, withinMs: 6_000 }),
  storm("7a", "credential endpoint answers garbage", "garbage", { maxCalls: steps }),
  storm("7b", "credential endpoint answers a web page", "html", { maxCalls: steps }),
  storm("7c", "credential endpoint answers nothing", "empty", { maxCalls: steps }),
  storm("7d", "credential endpoint answers no token", "no_token", { maxCalls: steps }),
  storm("7e", "credential endpoint answers 10 MB", "large_body", { maxCalls: steps }),
  storm("7f", "credential endpoint hangs up", "disconnect", { maxCalls: steps }),
  dead,
  skew("9a", 600),
  skew("9b", -600),
];
