// The app under test, its data folder and its whole log.
import { createWriteStream } from "node:fs";
import { mkdir, readFile, stat } from "node:fs/promises";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { freePort, launch, root, run, until } from "./process.mjs";

/** One HTTP exchange, timed from before it is sent to its last byte. Never throws: `error` says why there is no status. */
export const exchange = (agent, port, method, path, { body, headers = {}, timeoutMs = 30_000 } = {}) =>
  new Promise((told) => {
    const before = performance.now();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const tell = (outcome) => told({ ...outcome, at: before, ms: performance.now() - before });
    const sent = request({ agent, host: "127.0.0.1", port, method, path, headers: { ...(text && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }), ...headers } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", (error) => tell({ error: error.code ?? error.message }));
      response.on("end", () => {
        const content = Buffer.concat(chunks).toString();
        const isJson = /json/.test(response.headers["content-type"] ?? "");
        tell({ status: response.statusCode, headers: response.headers, body: isJson && content ? JSON.parse(content) : content });
      });
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error("no answer")));
    sent.on("error", (error) => tell({ error: error.code ?? error.message }));
    sent.end(text);
  });

export class App {
  #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  /** When the process was last told to die, and how often. */
  deaths = 0;
  isDown = true;

  /** An app that is not yet started; `openFiles` bounds how many files and sockets it may have open. With `fillsUp` its disk can be made full. */
  static async make({ program, folder, name = "app", emulator, schema, environment = {}, openFiles, fillsUp }) {
    const app = new App();
    const home = join(folder, name);
    await mkdir(home, { recursive: true });
    Object.assign(app, { program, openFiles, fillsUp, port: await freePort(), logFile: join(home, "log") });
    app.environment = {
      PATH: process.env.PATH,
      LAKELEDGER_ENV_FILE: "/dev/null",
      ...emulator.environment,
      LEPTOS_SITE_ADDR: `127.0.0.1:${app.port}`,
      LEPTOS_SITE_ROOT: process.env.LEPTOS_SITE_ROOT ?? join(root, "target/site"),
      // What a packaged program's files are called.
      ...Object.fromEntries(["LEPTOS_HASH_FILES", "LEPTOS_HASH_FILE_NAME"].filter((name) => process.env[name]).map((name) => [name, process.env[name]])),
      LAKEBASE_SCHEMA: schema,
      LAKELEDGER_DATA_DIR: join(home, "data"),
      LAKELEDGER_LOG: "info,lakeledger=debug,server=debug,storage=debug,storage_pg=debug,lakebase=debug,databricks=debug",
      LAKELEDGER_LOG_FORMAT: "json",
      LAKELEDGER_TRUST_FORWARDED_HEADERS: "true",
      LAKELEDGER_CHAT_RATE_PER_MINUTE: "1000000",
      ...environment,
    };
    return app;
  }

  /** Starts the process, and returns once it answers; gives the milliseconds that took. */
  async start({ path = "/health" } = {}) {
    const before = performance.now();
    const limits = [this.openFiles && `ulimit -n ${this.openFiles}`, this.fillsUp && "trap '' XFSZ"].filter(Boolean);
    const [command, options] = limits.length > 0 ? ["sh", ["-c", `${limits.join(" && ")} && exec "$0" serve`, this.program]] : [this.program, ["serve"]];
    this.child = launch(command, options, { env: this.environment });
    const log = createWriteStream(this.logFile, { flags: "a" });
    this.child.stderr.pipe(log);
    this.child.stdout.resume();
    await until("the app answers", async () => {
      if (this.child.hasExited()) throw new Error(`the app did not start:\n${(await this.log()).slice(-3_000)}`);
      return (await this.get(path)).status === 200;
    }, { everyMs: 2 });
    this.isDown = false;
    return performance.now() - before;
  }

  /** Takes the room for more than the journal holds now, or gives it back: no file of the app may be longer. */
  async fillDisk(isFull) {
    const { size } = await stat(join(this.environment.LAKELEDGER_DATA_DIR, "journal.redb"));
    await run("prlimit", ["--pid", String(this.child.pid), `--fsize=${isFull ? size : "unlimited"}:`]);
  }

  get = (path, options) => exchange(this.#agent, this.port, "GET", path, options);

  /** What /api/v1/status says; none while nobody answers. */
  async status() {
    const { status, body } = await this.get("/api/v1/status", { headers: { "x-forwarded-user": "observer" }, timeoutMs: 5_000 });
    return status === 200 ? body : undefined;
  }

  /** Waits for a mode of the store. */
  isIn = (mode, options) => until(`mode ${mode}`, async () => (await this.status())?.storage.mode === mode, options);

  /** Waits until everything is in the database; gives when that was seen. */
  async settled(options = { withinMs: 90_000, everyMs: 20 }) {
    await until("the database is in use and nothing waits for it", async () => {
      const storage = (await this.status())?.storage;
      return storage?.mode === "postgres" && storage.pending_changes === 0;
    }, options);
    return performance.now();
  }

  async killed() {
    this.isDown = true;
    this.deaths += 1;
    await this.child.end("SIGKILL");
  }

  async stopped() {
    this.isDown = true;
    this.deaths += 1;
    const before = performance.now();
    await this.child.end("SIGTERM");
    return performance.now() - before;
  }

  log = () => readFile(this.logFile, "utf8").catch(() => "");

  async end() {
    this.#agent.destroy();
    await this.child?.end("SIGTERM");
  }
}
