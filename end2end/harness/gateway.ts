import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server as Listener, type Socket } from "node:net";

/** The way to a database, which can be cut and restored: what a database that goes away looks like to the program. */
export class Gateway {
  #listener: Listener | undefined;
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly target: URL,
    readonly port: number,
  ) {}

  static async open(databaseUrl: string): Promise<Gateway> {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, "close");
    const gateway = new Gateway(new URL(databaseUrl), port);
    await gateway.restore();
    return gateway;
  }

  /** The database's address by this way. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = "127.0.0.1";
    url.port = String(this.port);
    return url.href;
  }

  /** Breaks every connection and refuses new ones. */
  async cut(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (!listener) return;
    listener.close();
    await once(listener, "close");
  }

  async restore(): Promise<void> {
    const listener = createServer((socket) => this.#forward(socket)).listen(this.port, "127.0.0.1");
    await once(listener, "listening");
    this.#listener = listener;
  }

  #forward(socket: Socket): void {
    const database = connect(Number(this.target.port || 5432), this.target.hostname);
    for (const [one, other] of [
      [socket, database],
      [database, socket],
    ] as const) {
      this.#sockets.add(one);
      // The other end learns of it by its own end; an error here is what a test asked for.
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
