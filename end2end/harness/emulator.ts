import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.EMULATOR_BIN ?? join(repository, "target/debug/emulator");

/** The serving endpoint that the emulated workspace comes with. */
export const endpoint = "lakeledger-chat";

/** A piece of what a model says; crates/emulator's `Saying`. */
export type Saying = { text: string } | { wait_ms: number } | { tool_call: { name: string; arguments: unknown } };

/** One turn of a scripted model; crates/emulator's `ServingTurn`. */
export interface Turn {
  say?: Saying[];
  fault?: string | Record<string, unknown>;
  finish_reason?: string;
}

/** What a model was sent, as far as a test looks at it. */
export interface Asked {
  messages: { role: string; content: string | null }[];
  tools?: { function: { name: string } }[];
}

export const says = (...pieces: string[]): Turn => ({ say: pieces.map((text) => ({ text })) });
export const calls = (name: string, input: unknown): Turn => ({ say: [{ tool_call: { name, arguments: input } }] });
export const fails = (fault: Turn["fault"], ...pieces: string[]): Turn => ({ ...says(...pieces), fault });

/** A Databricks workspace on loopback, whose models say what a test writes. */
export class Emulator {
  #process: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly dir: string,
    /** What the platform sets for an app: the workspace and the app's login. */
    readonly environment: Record<string, string>,
  ) {
    this.#process = child;
  }

  static async start(): Promise<Emulator> {
    const dir = await mkdtemp(join(tmpdir(), "lakeledger-emulator-"));
    const child = spawn(program, ["--dir", dir], { cwd: repository, stdio: ["ignore", "pipe", "ignore"] });
    const output = await new Promise<string>((resolve, reject) => {
      let text = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes("DATABRICKS_CLIENT_SECRET")) resolve(text);
      });
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
    });
    const lines = output.matchAll(/^export (\w+)='(.*)'$/gm);
    return new Emulator(child, dir, Object.fromEntries([...lines].map(([, name, value]) => [name, value])));
  }

  /** The next turns of the endpoint; the last one stays, so that who asks for a chat's title takes no turn away. */
  async script(...turns: Turn[]): Promise<void> {
    await this.#admin("PUT", `serving/${endpoint}`, { turns, repeat: true });
  }

  /** What the endpoint was asked, oldest first. */
  async asked(): Promise<Asked[]> {
    const { requests } = (await this.#admin("GET", `serving/${endpoint}/requests`)) as { requests: Asked[] };
    return requests;
  }

  async stop(): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await exited;
    await rm(this.dir, { recursive: true, force: true });
  }

  async #admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.environment.DATABRICKS_HOST}/_emulator/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
