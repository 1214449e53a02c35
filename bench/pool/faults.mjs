// Faults through the emulator's door, each contestant in a process of its own: 8 tasks, a request every 10 ms each.
import { now, pause, quantile, startContestant } from "./lib.mjs";

const load = { do: "start", tasks: 8, every_ms: 10 };
const windowMs = 10_000;

const took = (samples) => samples.map(([, ms]) => ms);
const failures = (samples) => samples.filter(([, , succeeded]) => !succeeded).length;
const mints = (state) => state.mints.autoscaling + state.mints.provisioned;
/** The longest that anybody has waited for an answer, those included who still do. */
const longest = ({ samples, waiting, now: end }) => Math.max(0, ...took(samples), ...waiting.map((begun) => end - begun));

const loaded = async (contestant, ms) => {
  await contestant.ask(load);
  await pause(ms);
  return contestant.ask({ do: "stop" });
};

/** When the first request that begins now has succeeded, in ms from now; undefined if none does within the window. */
const recovery = async (contestant) => {
  const since = now();
  while (now() < since + windowMs) {
    await pause(50);
    const { at } = await contestant.ask({ do: "peek", since });
    if (at !== null && at <= since + windowMs) return at - since;
  }
  return undefined;
};

/**
 * Tokens of 3 s while 30 % of the mints fail. Connections live 2 s, so that logins never stop; the steady state beside it has
 * them too. ai-bridge remembers a token for a fixed 15 minutes of its hour: of 3 s that is one, rounded up.
 */
export const measureRotation = async (emulator, name, seconds) => {
  const options = { max_lifetime_seconds: 2 };
  const part = async (options, during) => {
    const contestant = await startContestant(name, emulator.environment, options);
    await loaded(contestant, 2000);
    await during();
    const before = await emulator.state();
    const result = await loaded(contestant, seconds * 1000);
    const after = await emulator.state();
    await contestant.stop();
    return { ...result, mints: mints(after) - mints(before), calls: after.mint_calls - before.mint_calls };
  };
  await emulator.reset();
  const steady = await part(options, () => {});
  await emulator.reset();
  await emulator.setFaults({ token_lifetime_seconds: 3 });
  const failing = { http: { credentials: { action: { status: { code: 500 } }, probability: 0.3 } } };
  const rotating = await part({ ...options, token_cache_seconds: 1 }, () => emulator.setFaults(failing));
  return {
    name,
    requests: rotating.samples.length,
    failed: failures(rotating.samples),
    mints: rotating.mints,
    calls: rotating.calls,
    p99: quantile(took(rotating.samples), 0.99),
    steadyP99: quantile(took(steady.samples), 0.99),
    longest: longest(rotating),
    errors: rotating.errors,
  };
};

/** All tokens taken back and every backend killed, as at a failover with new keys. */
export const measureRevocation = async (emulator, name) => {
  await emulator.reset();
  const contestant = await startContestant(name, emulator.environment);
  await loaded(contestant, 2000);
  const before = await emulator.state();
  await contestant.ask(load);
  await pause(1000);
  await emulator.revoke();
  await emulator.killConnections();
  const back = await recovery(contestant);
  await pause(1000);
  const result = await contestant.ask({ do: "stop" });
  const after = await emulator.state();
  await contestant.stop();
  return {
    name,
    requests: result.samples.length,
    failed: failures(result.samples),
    mints: mints(after) - mints(before),
    badLogins: after.logins_refused - before.logins_refused,
    back,
    longest: longest(result),
    errors: result.errors,
  };
};

const status = (code, more = {}) => ({ status: { code, ...more } });
export const storms = {
  "500": status(500),
  "403": status(403),
  "429, Retry-After 2": status(429, { retry_after: { seconds: 2 } }),
  hang: "hang",
  "200, garbage": "garbage",
  "200, HTML": "html",
  "200, empty": "empty",
};

/** The credential endpoint fails for 4 s from the contestant's start: it has no token, and every caller needs one. */
export const measureStorm = async (emulator, name, storm) => {
  await emulator.reset();
  await emulator.setFaults({ http: { credentials: { action: storms[storm] } } });
  const contestant = await startContestant(name, emulator.environment);
  await contestant.ask(load);
  await pause(4000);
  const { mint_calls: calls } = await emulator.state();
  await emulator.clearFaults();
  const back = await recovery(contestant);
  await pause(500);
  const result = await contestant.ask({ do: "stop" });
  const { max_open_sockets: sockets } = await emulator.state();
  await contestant.stop();
  return { name, storm, sockets, calls, back, longest: longest(result), errors: result.errors };
};
