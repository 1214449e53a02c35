// A 50-message chat: rendered by Lakeledger with its database read, the same bytes from a static axum handler, and the
// same messages by React 19 streaming behind express. One interleaved run; each ratio is the median of its rounds.
import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, freePort, get, median, post, program, requestsPerSecond, root, start, startLakeledger } from "./lib.mjs";

const questions = [
  "How much did I spend on groceries last month?",
  "What was my income last month?",
  "Top payees this year",
  "What is my balance?",
  "What changed since last month?",
];

/** A chat of 25 questions and their answers on the sample household. */
const makeChat = async (url) => {
  await post(`${url}/api/v1/sample`, {});
  const chat = await post(`${url}/api/v1/chats`, { title: "Bench" });
  for (let count = 0; count < 25; count += 1) await ask(url, chat.id, questions[count % questions.length]);
  const messages = await get(`${url}/api/v1/chats/${chat.id}/messages?limit=100`);
  if (messages.items.length !== 50) throw new Error(`the chat has ${messages.items.length} messages`);
  return { id: chat.id, messages };
};

export const measurePages = async (databaseUrl, rounds = 5) => {
  const folder = await mkdtemp(join(tmpdir(), "lakeledger-bench-"));
  const stores = { memory: {}, ...(databaseUrl ? { postgres: { DATABASE_URL: databaseUrl, LAKEBASE_SCHEMA: `bench_${process.pid}` } } : {}) };
  const servers = [];
  const targets = {};
  let pageBytes = 0;
  for (const [store, environment] of Object.entries(stores)) {
    const server = await startLakeledger(environment, "/ready");
    servers.push(server);
    const chat = await makeChat(server.url);
    targets[store] = `${server.url}/chats/${chat.id}`;
    if (servers.length > 1) continue;
    const page = await (await fetch(targets[store])).text();
    pageBytes = Buffer.byteLength(page);
    await writeFile(join(folder, "page.html"), page);
    await writeFile(join(folder, "messages.json"), JSON.stringify(chat.messages));
  }
  const counterpart = async (name, command, options) => {
    const port = await freePort();
    const server = await start(command, [...options, String(port)], { port, environment: { NODE_ENV: "production" } });
    servers.push(server);
    targets[name] = `${server.url}/`;
  };
  await counterpart("static", program("examples/static_page"), [join(folder, "page.html")]);
  await counterpart("react", process.execPath, [join(root, "bench/react/server.mjs"), join(folder, "messages.json")]);

  const rates = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, url] of Object.entries(targets)) rates[name].push(await requestsPerSecond(url));
  }
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
  const ratio = (name, other) => median(rates[name].map((rate, round) => rate / rates[other][round]));
  return {
    pageBytes,
    rates: Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)])),
    stores: Object.keys(stores).map((store) => ({ store, ofStatic: ratio(store, "static"), ofReact: ratio(store, "react") })),
  };
};
