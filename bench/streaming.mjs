// What one more update of a streaming answer costs the browser's main thread: an answer in updates of 20 bytes, one a
// frame, on our chat page and on a bare page that freezes finished blocks. Both get the same events. Of a 20 kB answer every
// update is measured, of a 200 kB one the last 1,000: what comes before them is given as fast as it goes.
import { createRequire } from "node:module";
import { join } from "node:path";
import { median, root, startLakeledger } from "./lib.mjs";

const { chromium } = createRequire(join(root, "end2end/package.json"))("@playwright/test");
const measured = 1000;
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
  window.longTasks = [];
  window.watchTasks = () => new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  window.drive = async (from, to, perBlock, perFrame) => {
    for (let update = from; update < to; update += 1) {
      if (update % perFrame === 0) await new Promise(requestAnimationFrame);
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

const costs = async (page, updates) => {
  const session = await page.context().newCDPSession(page);
  // Of the thread's own clock: what else the machine does at the time is no part of it.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const taskMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const drive = (from, to, perFrame) => page.evaluate(([from, to, perBlock, perFrame]) => window.drive(from, to, perBlock, perFrame), [from, to, updatesPerBlock, perFrame]);
  const start = updates - measured;
  await drive(0, start, 20);
  await page.evaluate(() => window.watchTasks());
  const perUpdate = [];
  for (let from = start; from < updates; from += segment) {
    const before = await taskMs();
    await drive(from, from + segment, 1);
    perUpdate.push(((await taskMs()) - before) / segment);
  }
  return { perUpdate, longTasks: await page.evaluate(() => window.longTasks) };
};

const ours = async (page, url, updates) => {
  await page.goto(url);
  await page.waitForLoadState("networkidle");
  await page.getByRole("textbox", { name: "Ask about your money" }).fill("How much did I spend on groceries?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.waitForFunction(() => window.streams.some(({ readyState }) => readyState === 1));
  return costs(page, updates);
};

const bare = async (page, url, updates) => {
  await page.route("**/bare", (route) => route.fulfill({ contentType: "text/html", body: barePage }));
  await page.goto(`${url}/bare`);
  return costs(page, updates);
};

const measure = async (browser, url, updates, rounds) => {
  const rows = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, page] of Object.entries({ ours, bare })) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const tab = await context.newPage();
      await tab.addInitScript(fakeEventSource);
      rows[name].push(await page(tab, url, updates));
      await context.close();
    }
  }
  const last = (name) => median(rows[name].map(({ perUpdate }) => perUpdate.at(-1)));
  const first = (name) => median(rows[name].map(({ perUpdate }) => perUpdate[0]));
  const longest = (name) => Math.max(0, ...rows[name].flatMap(({ longTasks }) => longTasks));
  return { oursMs: last("ours"), bareMs: last("bare"), growth: last("ours") / first("ours"), ratio: last("ours") / last("bare"), longestMs: longest("ours"), bareLongestMs: longest("bare") };
};

export const measureStreaming = async (rounds = 3) => {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const server = await startLakeledger();
  const short = await measure(browser, server.url, 1_000, rounds);
  const long = await measure(browser, server.url, 10_000, rounds);
  await server.stop();
  await browser.close();
  return { short, long };
};
