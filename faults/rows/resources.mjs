// The app has little to work with: few files and sockets, and a very large upload.
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { pause, until } from "../lib/process.mjs";

const OPEN_FILES = 256;
const MOST_MB = 300;
const CSV_BYTES = 100_000_000;

/** The most memory that the process ever held, in MB. */
const peakMb = async (app) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${app.child.pid}/status`, "utf8"))[1]) / 1_024;

/** A statement of so many bytes; no two rows are alike. */
function* csv(bytes) {
  yield "Date,Description,Amount\n";
  let sent = 24;
  for (let row = 0; sent < bytes; ) {
    let chunk = "";
    while (chunk.length < 65_536) {
      const day = String(1 + (row % 28)).padStart(2, "0");
      const month = String(1 + (Math.floor(row / 28) % 12)).padStart(2, "0");
      chunk += `20${10 + (Math.floor(row / 336) % 15)}-${month}-${day},"Shop ${row} in a street of many shops",-${1 + (row % 900)}.${String(row % 100).padStart(2, "0")}\n`;
      row += 1;
    }
    sent += chunk.length;
    yield chunk;
  }
}

/** Sends a statement; gives the answer's status, or the error of the connection. */
const upload = (app, bytes, { isDeclared }) =>
  new Promise((told) => {
    const boundary = "a-boundary";
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="large.csv"\r\ncontent-type: text/csv\r\n\r\n`;
    const headers = { "x-forwarded-user": "person-0", "content-type": `multipart/form-data; boundary=${boundary}`, ...(isDeclared && { "content-length": bytes + 200_000, expect: "100-continue" }) };
    const sent = request({ agent: false, host: "127.0.0.1", port: app.port, method: "POST", path: "/api/v1/imports?dry_run=true", headers }, (response) => {
      response.resume();
      response.on("close", () => told({ status: response.statusCode }));
      // It has answered; the rest of the body is of no use.
      response.on("end", () => sent.destroy());
    });
    sent.on("error", (error) => told({ error: error.code ?? error.message }));
    const body = function* () {
      yield head;
      yield* csv(bytes);
      yield `\r\n--${boundary}--\r\n`;
    };
    const write = () => Readable.from(body()).pipe(sent);
    // As curl does: whoever announces so much asks first whether it is wanted.
    if (isDeclared) sent.on("continue", write).flushHeaders();
    else write();
  });

const scarce = {
  id: "29",
  fault: `${OPEN_FILES} open files allowed, more connections than that, and statements of 100 MB`,
  async run(scene) {
    await scene.begin({ openFiles: OPEN_FILES });
    const answers = [await upload(scene.app, CSV_BYTES, { isDeclared: true }), await upload(scene.app, CSV_BYTES, { isDeclared: false })];
    scene.note(`statements of 100 MB: ${answers.map(({ status, error }) => status ?? error).join(", ")}; ${(await peakMb(scene.app)).toFixed(0)} MB at most`);
    scene.expect(answers.every(({ status }) => [413, 503].includes(status)), "a statement of 100 MB was not refused by name");
    // People who connect and say nothing use up the files; those who are connected are served all the same.
    const idle = Array.from({ length: OPEN_FILES + 50 }, () => connect(scene.app.port, "127.0.0.1").on("error", () => {}));
    await scene.load.more(60);
    await pause(1_000);
    idle.forEach((socket) => socket.destroy());
    const again = await scene.app.get("/health", { timeoutMs: 10_000 });
    scene.expect(again.status === 200, `after that: ${again.status ?? again.error}`);
    await scene.load.more(40);
    const peak = await peakMb(scene.app);
    scene.note(`${peak.toFixed(0)} MB at most in all`);
    scene.expect(peak <= MOST_MB, `${peak.toFixed(0)} MB of memory, not ${MOST_MB}`);
    await scene.recovered(performance.now());
  },
};

const journalFull = {
  id: "journalfull",
  fault: "PostgreSQL down and the journal's disk full, then with room again",
  async run(scene) {
    scene.mayFail = true;
    await scene.begin({ fillsUp: true, mayFail: true });
    await scene.cluster.stop();
    await scene.app.isIn("memory");
    await scene.app.fillDisk(true);
    const failures = () => scene.load.tally.failures;
    await until("changes are refused for want of room", () => failures().length >= 40);
    await scene.app.fillDisk(false);
    const roomAt = performance.now();
    await until("changes are taken again", () => performance.now() - Math.max(...failures().map(({ at }) => at)) > 2_000, { everyMs: 100 });
    const takenAfter = Math.max(...failures().map(({ at }) => at)) - roomAt;
    scene.note(`the last change was refused ${takenAfter.toFixed(0)} ms after there was room again`);
    scene.aim(takenAfter <= 1_500, `a change was refused ${takenAfter.toFixed(0)} ms after there was room again`);
    const upAt = performance.now();
    await scene.load.more(40);
    await scene.recovered(await scene.cluster.start());
    await scene.load.more(40);
    scene.expect(!failures().some(({ at }) => at > upAt), "a request failed after there was room again");
    const refusals = [...new Set(failures().map(({ status }) => status))].join(", ");
    scene.note(`refused with ${refusals}`);
    scene.expect(failures().every(({ status }) => [413, 503].includes(status)), `refused with ${refusals}`);
  },
};

export const resources = [scarce, journalFull];
