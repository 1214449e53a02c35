// Programs, ports and bounded waits.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const run = promisify(execFile);
export const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

export const freePort = async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
};

/** Asks until the answer is truthy, and gives it; an error that names `what` after `withinMs`. */
export const until = async (what, ask, { withinMs = 30_000, everyMs = 20 } = {}) => {
  const before = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() - before > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(everyMs);
  }
};

/** A child of ours: it can be told to end by its own id only, and we know when it has. */
export const launch = (command, options, settings) => {
  const child = spawn(command, options, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...settings });
  const exited = once(child, "exit");
  exited.catch(() => {});
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    hasExited,
    signal: (name) => !hasExited() && child.kill(name),
    end: async (name = "SIGTERM") => {
      if (hasExited()) return;
      child.kill(name);
      // A process that was stopped hears nothing else.
      child.kill("SIGCONT");
      await exited;
    },
  };
};
