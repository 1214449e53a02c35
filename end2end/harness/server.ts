import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type StoreKind = "memory" | "postgres";

export interface ServerOptions {
  store: StoreKind;
  /** Whether the identity headers count; without them everybody is the one local user. */
  trustForwardedHeaders: boolean;
  /** Another way to the database than the one that every test has. */
  databaseUrl?: string;
  /** More of the environment, for example the workspace with its models. */
  environment?: Record<string, string>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.LAKELEDGER_BIN ?? join(repository, "target/debug/lakeledger");

// scripts/e2e.sh says where the bundle is; `cargo leptos end-to-end` has built the program and its bundle together.
const site = {
  LEPTOS_SITE_ROOT: process.env.LEPTOS_SITE_ROOT ?? join(repository, "target/site"),
  LEPTOS_HASH_FILES: process.env.LEPTOS_HASH_FILES ?? "true",
  LEPTOS_HASH_FILE_NAME: process.env.LEPTOS_HASH_FILE_NAME ?? "hash.txt",
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
};

/** A Lakeledger of its own: its own port, data folder and PostgreSQL schema. */
export class Server {
  readonly url: string;
  #process: ChildProcess | undefined;
  #log = "";

  private constructor(
    readonly options: ServerOptions,
    readonly port: number,
    readonly dataDir: string,
    readonly schema: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(options: ServerOptions): Promise<Server> {
    const dataDir = await mkdtemp(join(tmpdir(), "lakeledger-e2e-"));
    const schema = `e2e_${randomUUID().replaceAll("-", "")}`;
    const server = new Server(options, await freePort(), dataDir, schema);
    await server.run();
    return server;
  }

  /** Starts the program on the data of the last time. */
  async run(): Promise<void> {
    const database =
      this.options.store === "postgres"
        ? { DATABASE_URL: this.options.databaseUrl ?? process.env.TEST_DATABASE_URL, LAKEBASE_SCHEMA: this.schema }
        : {};
    const child = spawn(program, ["serve"], {
      cwd: repository,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        // Not what a developer's own file says.
        LAKELEDGER_ENV_FILE: "/dev/null",
        LEPTOS_SITE_ADDR: `127.0.0.1:${this.port}`,
        ...site,
        LAKELEDGER_DATA_DIR: this.dataDir,
        LAKELEDGER_TRUST_FORWARDED_HEADERS: String(this.options.trustForwardedHeaders),
        ...database,
        ...this.options.environment,
      },
    });
    this.#process = child;
    this.#log = "";
    child.stdout?.on("data", (chunk: Buffer) => (this.#log += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (this.#log += chunk.toString()));
    await this.#ready(child);
  }

  /** SIGTERM, as the platform stops an app, or SIGKILL, as it is torn away. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Loses what is kept on this machine. */
  async forget(): Promise<void> {
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  get log(): string {
    return this.#log;
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}:\n${this.#log}`);
      const response = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((wake) => setTimeout(wake, 20));
    }
    throw new Error(`${program} was not ready within 30 s:\n${this.#log}`);
  }
}
