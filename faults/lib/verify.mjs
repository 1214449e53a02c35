// What was acknowledged against what is there: through the API and in the tables.
import { isSubsequence, questionsOf } from "./client.mjs";

const ONCE = 1;

/** The tables' rows of everybody; the superuser sees past row-level security. */
const readTables = async (cluster, schema) => {
  const rows = async (sql) => (await cluster.query(sql)).map((line) => JSON.parse(line));
  const chats = await rows(`select json_build_object('user', user_id, 'id', id, 'title', title) from ${schema}.chat order by id`);
  const messages = await rows(`select json_build_object('user', user_id, 'id', id, 'chat', chat_id, 'role', role, 'status', status, 'parts', parts) from ${schema}.message order by user_id, chat_id, id`);
  const profiles = await rows(`select json_build_object('user', user_id, 'notes', profile->>'notes') from ${schema}.profile`);
  return { chats, messages, profiles };
};

const readApi = async (client) => {
  const get = async (path) => {
    const outcome = await client.app.get(`/api/v1${path}`, { headers: { "x-forwarded-user": client.user } });
    if (outcome.status !== 200) throw new Error(`${path} of ${client.user} cannot be read: ${outcome.status ?? outcome.error} ${JSON.stringify(outcome.body)}`);
    return outcome.body;
  };
  const all = async (path) => {
    const items = [];
    let cursor = null;
    do {
      const page = await get(`${path}?limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      // Messages are paged backwards, each page in ascending order.
      path.endsWith("/messages") ? items.unshift(...page.items) : items.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return items;
  };
  const chats = await all("/chats");
  const known = client.chats.filter((chat) => chat.id);
  const messages = [];
  for (const { id } of known) messages.push(...(await all(`/chats/${id}/messages`)).map((message) => ({ ...message, chat: id })));
  const { notes } = await get("/profile");
  return { chats, messages, profiles: notes === null ? [] : [{ notes }] };
};

/** Compares one person's memory with one view of what is there. */
const compare = (client, where, { chats, messages, profiles }) => {
  const lost = [];
  const doubled = [];
  for (const chat of client.chats) {
    const found = chats.filter(({ title }) => title.startsWith(`${chat.tag} `));
    if (found.length > ONCE) doubled.push(`${where}: ${found.length} chats ${chat.tag}`);
    if (chat.isMaybe) continue;
    const row = chats.find(({ id }) => id === chat.id);
    if (!row) {
      lost.push(`${where}: chat ${chat.tag}`);
      continue;
    }
    if (!chat.title.allows(row.title)) lost.push(`${where}: ${chat.tag} is titled "${row.title}", not "${chat.title.acknowledged}"`);
    const here = messages.filter((message) => message.chat === chat.id);
    const questions = questionsOf(here);
    const sent = chat.messages.filter(({ isKnown }) => isKnown).map(({ text }) => text);
    const missing = sent.filter((text) => !questions.includes(text));
    lost.push(...missing.map((text) => `${where}: ${text}`));
    if (missing.length === 0 && !isSubsequence(sent, questions)) lost.push(`${where}: the questions of ${chat.tag} are out of order`);
    const twice = questions.filter((text, index) => questions.indexOf(text) !== index);
    doubled.push(...twice.map((text) => `${where}: ${text} twice`));
    const answers = new Set(here.filter(({ role }) => role === "assistant").map(({ id }) => id));
    const unanswered = chat.messages.filter(({ answer }) => answer && !answers.has(answer));
    lost.push(...unanswered.map(({ text }) => `${where}: the answer to ${text}`));
    if (here.filter(({ role }) => role === "assistant").length > questions.length) doubled.push(`${where}: answers of ${chat.tag}`);
  }
  const notes = profiles[0]?.notes;
  if (client.notes.acknowledged !== undefined && !client.notes.allows(notes)) lost.push(`${where}: the profile of ${client.user} says "${notes}", not "${client.notes.acknowledged}"`);
  if (profiles.length > ONCE) doubled.push(`${where}: ${profiles.length} profiles of ${client.user}`);
  return { lost, doubled };
};

/** Everything that is missing and everything that is there twice, as texts; each counts once, wherever it is seen. */
export const verify = async ({ clients, cluster, schema }) => {
  const tables = await readTables(cluster, schema);
  const found = { lost: [], doubled: [], failedAnswers: 0, changes: 0 };
  for (const client of clients) {
    const own = (rows) => rows.filter(({ user }) => user === client.user);
    const inTables = compare(client, "table", { chats: own(tables.chats), messages: own(tables.messages), profiles: own(tables.profiles) });
    const inApi = compare(client, "API", await readApi(client));
    found.lost.push(...(inTables.lost.length >= inApi.lost.length ? inTables : inApi).lost);
    found.doubled.push(...(inTables.doubled.length >= inApi.doubled.length ? inTables : inApi).doubled);
    found.changes += client.acknowledged;
  }
  found.failedAnswers = tables.messages.filter(({ role, status }) => role === "assistant" && status === "failed").length;
  found.unfinishedAnswers = tables.messages.filter(({ role, status }) => role === "assistant" && status === "streaming").length;
  return found;
};
