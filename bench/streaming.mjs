// What one more update of a streaming answer costs the browser's main thread: a 20 kB answer in 1,000 updates of 20
// bytes, one a frame, on our chat page and on a bare page that freezes finished blocks. Both get the same events.
import { createRequire } from "node:module";
import { join } from "node:path";
import { median, root, startLakeledger } from "./lib.mjs";

const { chromium } = createRequire(join(root, "end2end/package.json"))("@playwright/test");
const updates = 1000;
const updatesPerBlock = 10;
const segment = 100;

// Runs in the page before its own scripts: events come from here instead of from the network.
const fakeEventSource = () => {
  window.streams = [];
  window.EventSource = class extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSED = 2;
    readyState = 1;
    onmessage = null;
    onerror = null;
    onopen = null;
    constructor(url) {
      super();
      this.url = url;
      window.streams.push(this);
    }
    close() {
      this.readyState = 2;
    }
  };
  let number = 0;
  const emit = (type, data) => {
    number += 1;
    const event = new MessageEvent(type, { data: JSON.stringify({ number, type, ...data }), lastEventId: String(number) });
    for (const stream of window.streams.filter(({ readyState }) => readyState === 1)) stream.dispatchEvent(event);
  };
  const words = "groceries rent salary ";
  window.drive = async (from, to, perBlock) => {
    for (let update = from; update < to; update += 1) {
      await new Promise(requestAnimationFrame);
      const delta = words.slice(0, 20);
      if (update % perBlock < perBlock - 1) emit("text", { delta });
      else {
        const markdown = delta.repeat(perBlock);
        emit("block", { part: { type: "text", markdown }, html: `<p>${markdown}</p>` });
      }
    }
    await new Promise(requestAnimationFrame);
  };
};

const barePage = `<!doctype html><html lang="en"><head><title>bare</title><style>body{font:16px/1.5 sans-serif;max-width:44rem;margin:auto}</style></head>
<body><main id="answer"></main><script>
const answer = document.getElementById("answer");
let open = null;
const source = new EventSource("/events");
source.addEventListener("text", (event) => {
  const { delta } = JSON.parse(event.data);
  if (!open) { open = answer.appendChild(document.createElement("p")); open.append(""); }
  open.firstChild.appendData(delta);
});
source.addEventListener("block", (event) => {
  const { html } = JSON.parse(event.data);
  open?.remove();
  open = null;
  answer.insertAdjacentHTML("beforeend", html);
});
</script></body></html>`;

const costs = async (page) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const taskMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const perUpdate = [];
  for (let from = 0; from < updates; from += segment) {
    const before = await taskMs();
    await page.evaluate(([from, to, perBlock]) => window.drive(from, to, perBlock), [from, from + segment, updatesPerBlock]);
    perUpdate.push((await taskMs()) - before);
  }
  return perUpdate.map((ms) => ms / segment);
};

const ours = async (page, url) => {
  await page.goto(url);
  await page.waitForLoadState("networkidle");
  await page.getByRole("textbox", { name: "Ask about your money" }).fill("How much did I spend on groceries?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.waitForFunction(() => window.streams.some(({ readyState }) => readyState === 1));
  return costs(page);
};

const bare = async (page, url) => {
  await page.route("**/bare", (route) => route.fulfill({ contentType: "text/html", body: barePage }));
  await page.goto(`${url}/bare`);
  return costs(page);
};

export const measureStreaming = async (rounds = 3) => {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const server = await startLakeledger();
  const rows = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries({ ours, bare })) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(fakeEventSource);
      rows[name].push(await measure(page, server.url));
      await context.close();
    }
  }
  await server.stop();
  await browser.close();
  const last = (name) => median(rows[name].map((costs) => costs.at(-1)));
  const first = (name) => median(rows[name].map((costs) => costs[0]));
  return { oursMs: last("ours"), bareMs: last("bare"), growth: last("ours") / first("ours"), ratio: last("ours") / last("bare") };
};
