// How long the program takes to its first 200, and how much memory it holds: idle, and with 1,000 open event streams.
import http from "node:http";
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
