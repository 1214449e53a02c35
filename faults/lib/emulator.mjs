// The emulated workspace and its front door to the cluster.
import { join } from "node:path";
import { launch, until } from "./process.mjs";

export class Emulator {
  static async start({ program, folder, cluster, seed = 1 }) {
    const emulator = new Emulator();
    emulator.child = launch(program, ["--postgres", cluster.url, "--dir", join(folder, "certificates"), "--seed", String(seed)]);
    let printed = "";
    let log = "";
    emulator.child.stdout.on("data", (chunk) => (printed += chunk));
    emulator.child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-5_000)));
    await until("the emulator has started", () => {
      if (emulator.child.hasExited()) throw new Error(`the emulator did not start:\n${log}`);
      return printed.includes("LAKEBASE_ENDPOINT");
    });
    const lines = [...printed.matchAll(/^export (\w+)='(.*)'$/gm)];
    emulator.environment = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
    return emulator;
  }

  async #call(method, path, body) {
    const url = `${this.environment.DATABRICKS_HOST}/_emulator/${path}`;
    const response = await fetch(url, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  state = () => this.#call("GET", "state");
  faults = (patch) => this.#call("POST", "faults", patch);
  clear = () => this.#call("DELETE", "faults");
  revoke = () => this.#call("POST", "revoke");
  kill = (how = "close") => this.#call("POST", "kill-connections", { how });
  suspend = () => this.#call("POST", "suspend");
  /** Makes a serving endpoint that answers by a script. */
  serve = (name, script) => this.#call("PUT", `serving/${name}`, script);

  /** What must never be in a log: every form of it that is sent. */
  secrets() {
    const { DATABRICKS_CLIENT_ID: id, DATABRICKS_CLIENT_SECRET: secret } = this.environment;
    return [secret, encodeURIComponent(secret), Buffer.from(`${id}:${secret}`).toString("base64").slice(-40)];
  }

  end = () => this.child.end();
}
