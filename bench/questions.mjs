// One question on 1,000,000 rows: the first one of a program that has just started, on PostgreSQL, and the same again in memory.
import { ask, get, median, post, rssMib, startLakeledger } from "./lib.mjs";
import { importRows, statement } from "./import.mjs";

export const rows = 1_000_000;
const question = "How much did I spend on groceries in 2016?";

/** From the post of the question to the end of its answer's events. */
const askedMs = async (url) => {
  const chat = await post(`${url}/api/v1/chats`, {});
  const asked = performance.now();
  await ask(url, chat.id, question);
  return performance.now() - asked;
};

const memory = async (bytes) => {
  const server = await startLakeledger();
  await importRows(server.url, rows, bytes);
  const importedMib = await rssMib(server.pid);
  await askedMs(server.url);
  const again = [];
  for (let round = 0; round < 15; round += 1) again.push(await askedMs(server.url));
  await server.stop();
  return { againMs: median(again), importedMib };
};

const postgres = async (bytes, databaseUrl) => {
  const environment = { DATABASE_URL: databaseUrl, LAKEBASE_SCHEMA: `bench_questions_${process.pid}` };
  const first = [];
  for (let round = 0; round < 8; round += 1) {
    const server = await startLakeledger(environment);
    // Migrations run behind the first page.
    while ((await get(`${server.url}/api/v1/status`)).storage.mode !== "postgres");
    if (round === 0) await importRows(server.url, rows, bytes);
    else first.push(await askedMs(server.url));
    await server.stop();
  }
  return median(first);
};

export const measureQuestions = async (databaseUrl) => {
  const bytes = new Blob([statement(rows)], { type: "text/csv" });
  return { ...(await memory(bytes)), firstMs: await postgres(bytes, databaseUrl) };
};
