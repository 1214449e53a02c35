// One person who writes and reads over the API, one request at a time, and remembers what was acknowledged.
import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { exchange } from "./app.mjs";
import { until } from "./process.mjs";

const MESSAGES_A_CHAT = 12;

/** A value that was set again and again: what it must be now, and what it may be instead. */
class Register {
  acknowledged = undefined;
  maybe = [];

  set(value, isKnown) {
    if (isKnown) {
      this.acknowledged = value;
      this.maybe = [];
    } else {
      this.maybe.push(value);
    }
  }

  allows = (value) => value === this.acknowledged || this.maybe.includes(value);
}

export class Client {
  chats = [];
  notes = new Register();
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #agents = [];
  #turn = 0;
  #count = 0;
  #chat;
  #knownDeaths;

  constructor({ user, app, tally, mayFail = false }) {
    Object.assign(this, { user, app, tally, mayFail });
    this.#knownDeaths = app.deaths;
  }

  get acknowledged() {
    return this.#count;
  }

  /** Goes on with another process of the same database. */
  moveTo(app) {
    this.app = app;
    this.#knownDeaths = app.deaths;
    // A request that is on its way is answered by the old one.
    this.#agents.push(this.#agent);
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  leave = () => [...this.#agents, this.#agent].forEach((agent) => agent.destroy());

  /** A request that the process' death may cut: `undefined` then, and its outcome is not known. */
  async #ask(method, path, { body, headers, expected }) {
    const { app } = this;
    if (app.isDown) await until("the app is started again", () => !app.isDown, { withinMs: 120_000, everyMs: 5 });
    const deaths = app.deaths;
    const outcome = await exchange(this.#agent, app.port, method, `/api/v1${path}`, { body, headers: { "x-forwarded-user": this.user, ...headers }, timeoutMs: 120_000 });
    if (outcome.error && (app.deaths !== deaths || app.isDown)) {
      this.tally.cut += 1;
      return undefined;
    }
    this.tally.requests += 1;
    this.tally.note(method, path, outcome);
    if (expected.includes(outcome.status)) return outcome;
    this.tally.fail(`${method} ${path}: ${outcome.status ?? outcome.error} ${JSON.stringify(outcome.body ?? "").slice(0, 200)}`, outcome);
    return outcome;
  }

  /** Opens the app: what it shows is remembered should the database go. */
  async visit() {
    const { status, error } = await exchange(this.#agent, this.app.port, "GET", "/", { headers: { "x-forwarded-user": this.user } });
    if (status !== 200) throw new Error(`the first page of ${this.user}: ${status ?? error}`);
  }

  /** The next thing that this person does. */
  async act() {
    if (this.#knownDeaths !== this.app.deaths) {
      // A new process in an outage knows nothing of a conversation that is in the database alone.
      this.#knownDeaths = this.app.deaths;
      this.#chat = undefined;
    }
    if (!this.#chat || this.#chat.messages.length >= MESSAGES_A_CHAT) return this.#create();
    this.#turn += 1;
    switch (this.#turn % 6) {
      case 0: return this.#readHistory();
      case 1: case 3: return this.#send();
      case 2: return this.#readChat();
      case 4: return this.#rename();
      default: return this.#saveProfile();
    }
  }

  async #create() {
    const tag = `${this.user}-${this.chats.length}`;
    const outcome = await this.#ask("POST", "/chats", { body: { title: `${tag} 0` }, expected: [201] });
    const id = outcome?.status === 201 ? outcome.body.id : undefined;
    const chat = { tag, id, title: new Register(), renames: 0, messages: [], isMaybe: outcome === undefined || !id };
    this.chats.push(chat);
    if (!id) return;
    this.#count += 1;
    chat.title.set(`${tag} 0`, true);
    this.#chat = chat;
  }

  async #rename() {
    const chat = this.#chat;
    chat.renames += 1;
    const title = `${chat.tag} ${chat.renames}`;
    const outcome = await this.#ask("PATCH", `/chats/${chat.id}`, { body: { title }, expected: [200] });
    const isKnown = outcome?.status === 200;
    chat.title.set(title, isKnown);
    this.#count += isKnown;
    if (isKnown && outcome.body.title !== title) this.tally.stale.push(`${title} was renamed and reads ${outcome.body.title}`);
  }

  async #send() {
    const chat = this.#chat;
    const message = { sentAt: performance.now(), text: `${chat.tag} question ${chat.messages.length}`, isKnown: false };
    chat.messages.push(message);
    const options = { body: { text: message.text }, headers: { "idempotency-key": randomUUID() } };
    let outcome = await this.#ask("POST", `/chats/${chat.id}/messages`, { ...options, expected: [202] });
    if (outcome === undefined && !this.mayFail) {
      // It does not know whether it was heard, so it says the same again, with the same key.
      outcome = await this.#ask("POST", `/chats/${chat.id}/messages`, { ...options, expected: [202, 404, 409, 503] });
    }
    message.isKnown = outcome?.status === 202 || outcome?.status === 409;
    if (outcome?.status === 202) Object.assign(message, { id: outcome.body.message_id, answer: outcome.body.answer_id, run: outcome.body.run_id });
    this.#count += message.isKnown;
  }

  async #saveProfile() {
    const notes = `${this.user} ${this.#turn}`;
    const outcome = await this.#ask(this.#turn % 12 === 5 ? "PUT" : "PATCH", "/profile", { body: { notes }, expected: [200] });
    const isKnown = outcome?.status === 200;
    this.notes.set(notes, isKnown);
    this.#count += isKnown;
  }

  async #readChat() {
    const chat = this.#chat;
    const sent = chat.messages.filter((message) => message.isKnown).map((message) => message.text);
    const outcome = await this.#ask("GET", `/chats/${chat.id}/messages?limit=100`, { expected: [200] });
    if (outcome?.status !== 200) return;
    const read = questionsOf(outcome.body.items);
    if (!isSubsequence(sent, read)) this.tally.stale.push(`${chat.tag} holds ${sent.length} questions and reads ${read.length}`);
  }

  async #readHistory() {
    const known = this.#chat;
    const outcome = await this.#ask("GET", "/chats?limit=100", { expected: [200] });
    if (outcome?.status !== 200) return;
    const found = outcome.body.items.find((chat) => chat.id === known.id);
    if (!found || !known.title.allows(found.title)) this.tally.stale.push(`${known.tag} reads ${found?.title ?? "nothing"} in the history`);
  }
}

/** The texts of the questions among messages, as the API and as the table have them. */
export const questionsOf = (messages) => messages.filter((message) => message.role === "user").map((message) => message.parts[0].markdown);

export const isSubsequence = (part, whole) => {
  let at = 0;
  for (const item of whole) if (item === part[at]) at += 1;
  return at === part.length;
};
