// From the post of a question to the first event of its answer, by the built-in engine.
import { pause, post, startLakeledger } from "./lib.mjs";
import { importRows } from "./import.mjs";

export const asked = 200;
export const rows = 100_000;
const questions = ["How much did I spend on groceries in 2016?", "What is my net worth?", "Top 5 payees", "Is there anything unusual?"];

const firstEventMs = async (url, text) => {
  const chat = await post(`${url}/api/v1/chats`, {});
  const before = performance.now();
  const { run_id } = await post(`${url}/api/v1/chats/${chat.id}/messages`, { text });
  const events = await fetch(`${url}/api/v1/runs/${run_id}/events`);
  const reader = events.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  let firstMs;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    heard += value;
    // Comments only keep the connection alive.
    if (firstMs === undefined && /^event: /m.test(heard)) firstMs = performance.now() - before;
  }
  if (firstMs === undefined) throw new Error(`no event came: ${heard.slice(-300)}`);
  return firstMs;
};

export const measureFirstEvent = async () => {
  const server = await startLakeledger();
  await importRows(server.url, rows);
  const times = [];
  for (let at = 0; at < asked; at += 1) {
    times.push(await firstEventMs(server.url, questions[at % questions.length]));
    await pause(5);
  }
  await server.stop();
  times.sort((a, b) => a - b);
  return { medianMs: times[asked / 2], p99Ms: times[Math.floor(asked * 0.99)] };
};
