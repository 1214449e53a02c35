// How long the program takes to its first 200, and how much memory it holds: idle, and with 1,000 open event streams.
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, median, pause, post, program, rssMib, start, startLakeledger } from "./lib.mjs";

const streams = 1000;

export const measureStart = async (rounds = 15) => {
  const times = [];
  const idle = [];
  for (let round = 0; round < rounds; round += 1) {
    const server = await startLakeledger();
    times.push(server.startMs);
    await pause(200);
    idle.push(await rssMib(server.pid));
    await server.stop();
  }
  return { startMs: median(times), idleMib: median(idle) };
};

/** The server with a model that takes its time (bench/slow_answers.rs), each stream the events of one answer in the making. */
export const measureStreams = async () => {
  const port = await freePort();
  const server = await start(program("examples/slow_answers"), [String(port)], { port, path: "/health" });
  const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });
  const idleMib = await rssMib(server.pid);
  const chat = await post(`${server.url}/api/v1/chats`, {});
  const { run_id } = await post(`${server.url}/api/v1/chats/${chat.id}/messages`, { text: "How much did I spend?" });
  const open = [];
  for (let count = 0; count < streams; count += 1) {
    open.push(
      new Promise((resolve, reject) => {
        const request = http.get(`${server.url}/api/v1/runs/${run_id}/events`, { agent }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`stream ${count}: ${response.statusCode}`));
          response.once("data", () => resolve(request));
        });
        request.on("error", reject);
      }),
    );
  }
  const requests = await Promise.all(open);
  await pause(2000);
  const streamsMib = await rssMib(server.pid);
  for (const request of requests) request.on("error", () => {}).destroy();
  await server.stop();
  return { idleMib, streamsMib, streams };
};

const answers = 500;
const everyMs = 33;

/**
 * So many answers at once at 30 events a second each, every one heard: how much later than the model said it a word is
 * here, which counts this program's own time too, and what memory that takes.
 */
export const measureLoad = async () => {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "lakeledger-load-"));
  const server = await start(program("examples/slow_answers"), [String(port), String(everyMs), "900", folder], { port, path: "/health" });
  const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });
  const delays = [];
  let isCounting = false;
  const hear = (chunk) => {
    const now = Date.now();
    if (!isCounting) return;
    for (const [, word] of chunk.matchAll(/"delta":"t([a-j]+)/g)) {
      const micros = Number(word.replace(/./g, (letter) => letter.charCodeAt(0) - 97));
      delays.push(now - micros / 1000);
    }
  };
  const requests = [];
  const listen = async () => {
    const chat = await post(`${server.url}/api/v1/chats`, {});
    const { run_id } = await post(`${server.url}/api/v1/chats/${chat.id}/messages`, { text: "How much did I spend?" });
    await new Promise((resolve, reject) => {
      const request = http.get(`${server.url}/api/v1/runs/${run_id}/events`, { agent }, (response) => {
        response.setEncoding("utf8").on("data", hear);
        response.on("error", () => {});
        response.once("data", resolve);
      });
      request.on("error", reject);
      requests.push(request);
    });
  };
  for (let count = 0; count < answers; count += 10) await Promise.all(Array.from({ length: 10 }, listen));
  await pause(2000);
  isCounting = true;
  await pause(8000);
  isCounting = false;
  const loadMib = await rssMib(server.pid);
  for (const request of requests) request.on("error", () => {}).destroy();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  delays.sort((a, b) => a - b);
  const p99Ms = delays[Math.floor(delays.length * 0.99)];
  return { answers, perSecond: delays.length / 8, medianMs: median(delays), p99Ms, loadMib };
};
