// A PostgreSQL cluster of a run's own, so that it can be stopped, killed and frozen without harm to another.
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { freePort, launch, run, until } from "./process.mjs";

// Small and quick to recover; it waits for the disk, as a database that promises durability does.
const settings = (socketDir, port) => `
listen_addresses = ''
unix_socket_directories = '${socketDir}'
port = ${port}
max_connections = 60
shared_buffers = '32MB'
fsync = on
checkpoint_timeout = '30s'
restart_after_crash = on
timezone = 'UTC'
`;

export class Cluster {
  #server;

  /** `bin` is the folder of PostgreSQL's programs; `owner` runs it where we are root, who may not. */
  static async make({ folder, bin, owner }) {
    const cluster = new Cluster();
    Object.assign(cluster, { bin, owner, socketDir: join(folder, "socket"), data: join(folder, "data"), port: await freePort() });
    await mkdir(cluster.socketDir);
    if (owner) await run("chown", [owner, folder, cluster.socketDir]);
    await run(...cluster.#owned(join(bin, "initdb"), ["-D", cluster.data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]), { cwd: "/" });
    await appendFile(join(cluster.data, "postgresql.conf"), settings(cluster.socketDir, cluster.port));
    return cluster;
  }

  #owned(command, options) {
    return this.owner ? ["runuser", ["-u", this.owner, "--", command, ...options]] : [command, options];
  }

  get url() {
    return `postgres://postgres@localhost/postgres?host=${this.socketDir}&port=${this.port}`;
  }

  /** Whether it takes a log-in: a start-up packet is answered with a request for authentication. */
  async answers() {
    const text = Buffer.from("user\0postgres\0database\0postgres\0\0");
    const packet = Buffer.alloc(8 + text.length);
    packet.writeInt32BE(packet.length, 0);
    packet.writeInt32BE(196_608, 4);
    text.copy(packet, 8);
    return new Promise((told) => {
      const socket = createConnection(join(this.socketDir, `.s.PGSQL.${this.port}`));
      const tell = (answer) => {
        socket.destroy();
        told(answer);
      };
      socket.on("error", () => tell(false)).on("close", () => tell(false));
      socket.on("connect", () => socket.write(packet));
      socket.on("data", (data) => tell(data[0] === 0x52));
    });
  }

  /** Starts it, and returns the moment it answers. */
  async start() {
    const command = this.#owned(join(this.bin, "postgres"), ["-D", this.data]);
    this.#server = launch(...command, { cwd: "/" });
    let log = "";
    const keep = (chunk) => (log = (log + chunk).slice(-5_000));
    this.#server.stdout.on("data", keep);
    this.#server.stderr.on("data", keep);
    const answer = async () => {
      if (this.#server.hasExited()) throw new Error(`PostgreSQL did not start:\n${log}`);
      return this.answers();
    };
    await until("PostgreSQL answers", answer, { withinMs: 60_000, everyMs: 2 });
    return performance.now();
  }

  async #postmaster() {
    return Number((await readFile(join(this.data, "postmaster.pid"), "utf8")).split("\n")[0]);
  }

  /** `SIGTERM` is a smart stop, `SIGINT` a fast one, `SIGQUIT` an immediate one. */
  async stop(signal = "SIGINT") {
    if (!this.#server || this.#server.hasExited()) return;
    process.kill(await this.#postmaster(), signal);
    await this.#server.exited;
  }

  /** The machine dies: the server and every process of its, at once. */
  async kill() {
    const postmaster = await this.#postmaster();
    const children = await this.#children(postmaster);
    for (const pid of [postmaster, ...children]) signalled(pid, "SIGKILL");
    await this.#server.exited;
    await until("PostgreSQL's processes are gone", () => children.every((pid) => !signalled(pid, 0)));
    await rm(join(this.data, "postmaster.pid"), { force: true });
  }

  async #children(parent) {
    const text = await readFile(`/proc/${parent}/task/${parent}/children`, "utf8");
    return text.split(" ").filter(Boolean).map(Number);
  }

  /** The backends of the app's sessions; also while they answer nothing. */
  async backends() {
    const found = [];
    for (const pid of await this.#children(await this.#postmaster())) {
      const title = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      if (title.includes("lakeledger_app")) found.push(pid);
    }
    return found;
  }

  /** Stops the backends that serve the app, and gives what lets them go on. */
  async freeze() {
    const pids = await this.backends();
    pids.forEach((pid) => signalled(pid, "SIGSTOP"));
    return () => pids.forEach((pid) => signalled(pid, "SIGCONT"));
  }

  /** What a statement gives, one line a row. */
  async query(sql) {
    const { stdout } = await run(join(this.bin, "psql"), [...this.#psql(), "-c", sql], { maxBuffer: 1 << 28 });
    return stdout.split("\n").filter(Boolean);
  }

  /** Takes a lock for so many seconds, as somebody's migration does; returns once it is held. */
  async lock(sql, seconds) {
    const session = launch(join(this.bin, "psql"), [...this.#psql(), "-c", "begin", "-c", sql, "-c", "select 'held'", "-c", `select pg_sleep(${seconds})`]);
    let said = "";
    session.stdout.on("data", (chunk) => (said += chunk));
    session.stderr.on("data", (chunk) => (said += chunk));
    await until("the lock is held", () => {
      if (session.hasExited()) throw new Error(`no lock: ${said}`);
      return said.includes("held");
    });
    return session;
  }

  #psql() {
    return ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h", this.socketDir, "-p", String(this.port), "-d", "databricks_postgres"];
  }

  /** Started, whatever the row before has left. */
  async ensure() {
    if (this.#server.hasExited()) await this.start();
  }

  remove = () => this.stop("SIGQUIT").catch(() => {});
}

const signalled = (pid, signal) => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};
