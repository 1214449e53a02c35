// Answers that are read while they are written: readers hang up, and a proxy cuts them off.
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { exchange } from "../lib/app.mjs";
import { pause, until } from "../lib/process.mjs";

const ENDPOINT = "lakeledger-model";

/** A model that takes its time: so many words, one every so many milliseconds. */
const slowModel = (words, everyMs) => {
  const say = Array.from({ length: words }, (_, index) => [{ text: `word${index} ` }, { wait_ms: everyMs }]).flat();
  return { turns: [{ say }], repeat: true };
};

/** The emulator with a slow model, the app, and nobody else at work. */
const begin = async (scene, model) => {
  await scene.begin({ environment: { SERVING_ENDPOINT: ENDPOINT }, isStarted: false });
  await scene.emulator.serve(ENDPOINT, model);
  await scene.boot(scene.app);
  await scene.app.settled();
};

const ask = async (scene, agent, method, path, user, body, headers = {}) => {
  const { tally } = scene.load;
  const outcome = await exchange(agent, scene.app.port, method, `/api/v1${path}`, { body, headers: { "x-forwarded-user": user, ...headers } });
  tally.requests += 1;
  tally.note(method, path, outcome);
  if (![200, 201, 202].includes(outcome.status)) {
    tally.fail(`${method} ${path}: ${outcome.status ?? outcome.error}`, outcome);
    throw new Error(`${method} ${path}: ${outcome.status ?? outcome.error}`);
  }
  return outcome.body;
};

/** A question in a chat of its own; gives the run that answers it. */
const question = async (scene, agent, user) => {
  const chat = await ask(scene, agent, "POST", "/chats", user, { title: "Streams" });
  const { run_id: run } = await ask(scene, agent, "POST", `/chats/${chat.id}/messages`, user, { text: "Tell me at length" }, { "idempotency-key": randomUUID() });
  return { user, run };
};

/**
 * Reads a run's events from one connection until it ends or `isEnough`; gives the events that came whole, as a browser
 * counts them.
 */
const readStream = (port, { user, run }, { after = 0, isEnough = () => false } = {}) =>
  new Promise((told) => {
    const headers = { "x-forwarded-user": user, ...(after > 0 && { "last-event-id": String(after) }) };
    const events = [];
    let text = "";
    const tell = (rest) => told({ events, ...rest });
    const sent = request({ agent: false, host: "127.0.0.1", port, path: `/api/v1/runs/${run}/events`, headers }, (response) => {
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const field = (name) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1];
          if (field("id")) events.push({ number: Number(field("id")), kind: field("event"), data: field("data") });
        }
        if (isEnough(events)) sent.destroy();
      });
      response.on("error", () => {});
      response.on("close", () => tell({ status: response.statusCode }));
    });
    sent.on("error", () => tell({}));
    sent.end();
  });

const isDone = (events) => events.at(-1)?.kind === "done";
const withoutGaps = (events) => events.every(({ number }, index) => number === index + 1);

const openFiles = async (app) => (await readdir(`/proc/${app.child.pid}/fd`)).length;

const hangUps = {
  id: "23",
  fault: "1,000 readers hang up in the middle of an answer",
  async run(scene) {
    await begin(scene, slowModel(60, 50));
    const ask50 = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 8 });
      const runs = await Promise.all(Array.from({ length: 50 }, (_, index) => question(scene, agent, `person-${index}`)));
      agent.destroy();
      return runs;
    };
    // What stays open by intent, the connections to the model above all, is open before it is counted.
    await Promise.all((await ask50()).map((run) => readStream(scene.app.port, run)));
    const count = async () => {
      const { tasks, database } = await scene.app.status();
      return { tasks, files: await openFiles(scene.app), used: database.connections - database.idle + database.waiting };
    };
    await pause(1_000);
    const before = await count();

    const runs = await ask50();
    let cuts = 0;
    const reader = async (run, index) => {
      const { events } = await readStream(scene.app.port, run, { isEnough: (seen) => seen.length > index % 10 });
      cuts += !isDone(events);
    };
    await Promise.all(runs.flatMap((run) => Array.from({ length: 20 }, (_, index) => reader(run, index))));
    scene.expect(cuts === 1_000, `${cuts} readers hung up before the end`);
    const read = await Promise.all(runs.map((run) => readStream(scene.app.port, run)));
    scene.expect(read.every(({ events }) => isDone(events) && withoutGaps(events)), "an answer did not go on to its end");

    let after = await count();
    const isBack = async () => {
      after = await count();
      return after.tasks <= before.tasks && after.files <= before.files && after.used <= before.used;
    };
    await until("nothing is left of the readers", isBack, { withinMs: 20_000, everyMs: 100 }).catch(() => {});
    const told = ({ tasks, files, used }) => `${tasks} tasks, ${files} files, ${used} connections in use`;
    scene.note(`before: ${told(before)}; after: ${told(after)}`);
    scene.expect(await isBack(), `left behind: ${told(after)}, not ${told(before)}`);
    await scene.recovered(performance.now());
  },
};

/** Passes bytes on both ways, and resets every connection after a time. */
const cuttingProxy = async (port, afterMs) => {
  const proxy = { cuts: 0 };
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    const cut = setTimeout(() => {
      proxy.cuts += 1;
      client.resetAndDestroy();
      upstream.destroy();
    }, afterMs);
    for (const [from, to] of [[client, upstream], [upstream, client]]) {
      from.on("error", () => {});
      from.on("close", () => {
        clearTimeout(cut);
        to.end();
      });
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(proxy, { port: server.address().port, close: () => server.close() });
};

const cutStreams = {
  id: "24",
  fault: "a proxy cuts every stream after 0.4 s, 100 answers are read through it",
  async run(scene) {
    await begin(scene, slowModel(40, 50));
    const proxy = await cuttingProxy(scene.app.port, 400);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    let whole = 0;
    let resumed = 0;
    const follow = async (index) => {
      const run = await question(scene, agent, `person-${index % 10}`);
      const seen = [];
      for (let tries = 0; tries < 200 && !isDone(seen); tries += 1) {
        resumed += tries > 0;
        const { events } = await readStream(proxy.port, run, { after: seen.at(-1)?.number ?? 0 });
        seen.push(...events);
        // As long as the stream tells its readers to wait.
        if (!isDone(seen)) await pause(250);
      }
      const { events: uncut } = await readStream(scene.app.port, run);
      const isWhole = isDone(seen) && withoutGaps(seen) && JSON.stringify(seen) === JSON.stringify(uncut);
      whole += isWhole;
      scene.expect(isWhole, `a reader saw ${seen.map(({ number }) => number).join(" ")}, the answer has ${uncut.length} events`);
    };
    try {
      for (let begun = 0; begun < 100; begun += 20) await Promise.all(Array.from({ length: 20 }, (_, index) => follow(begun + index)));
    } finally {
      proxy.close();
      agent.destroy();
    }
    scene.note(`${whole} of 100 answers read whole, with ${proxy.cuts} cuts and ${resumed} resumptions`);
    scene.expect(proxy.cuts >= 200, `${proxy.cuts} cuts only`);
    await scene.recovered(performance.now());
  },
};

export const streams = [hangUps, cutStreams];
