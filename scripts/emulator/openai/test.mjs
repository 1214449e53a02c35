// OpenAI's official client for Node against the emulator. Runs in the emulator's environment: scripts/npm-openai-test.sh
import assert from "node:assert/strict";
import OpenAI from "openai";

const host = process.env.DATABRICKS_HOST;
const tools = [
  {
    type: "function",
    function: {
      name: "spending",
      description: "Money spent in a period.",
      parameters: { type: "object", properties: { period: { type: "string" } } },
    },
  },
];

async function emulator(method, path, body) {
  const answer = await fetch(`${host}/_emulator/${path}`, { method, body: body && JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

const script = (...turns) => emulator("PUT", "serving/scripted", { turns });
const say = (...pieces) => ({ say: pieces.map((text) => ({ text })) });
const client = (apiKey = "dapi-emulator", maxRetries = 0) =>
  new OpenAI({ baseURL: `${host}/serving-endpoints`, apiKey, maxRetries, timeout: 5000 });
const question = { model: "scripted", messages: [{ role: "user", content: "How much did I spend?" }] };
const ask = (fields = {}, caller = client()) => caller.chat.completions.create({ ...question, ...fields });

async function drain(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const tests = {
  async "an answer comes whole"() {
    await script({ ...say("Fourteen", " euros"), usage: [5, 2] });
    const answer = await ask();
    assert.equal(answer.choices[0].message.content, "Fourteen euros");
    assert.equal(answer.usage.total_tokens, 7);
  },

  async "an answer streams, characters whole"() {
    await script(say("5 €", " – ok 🙂"));
    const chunks = await drain(await ask({ stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join(""), "5 € – ok 🙂");
    assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
  },

  async "calls stream in pieces"() {
    await script({ say: [{ tool_call: { name: "spending", arguments: { period: "last month" } } }] });
    const runner = client().chat.completions.stream({ ...question, tools });
    const answer = await runner.finalChatCompletion();
    const [call] = answer.choices[0].message.tool_calls;
    assert.equal(call.function.name, "spending");
    assert.deepEqual(JSON.parse(call.function.arguments), { period: "last month" });
    assert.equal(answer.choices[0].finish_reason, "tool_calls");
  },

  async "a tool is run by the client and its output told"() {
    const call = { tool_call: { name: "spending", arguments: {} } };
    await script({ say: [call] }, say("That is 14."));
    const runner = client().chat.completions.runTools({
      ...question,
      tools: [{ type: "function", function: { ...tools[0].function, function: () => "14", parse: JSON.parse } }],
    });
    assert.equal(await runner.finalContent(), "That is 14.");
  },

  async "refusals are errors of their kind"() {
    await script({ fault: { status: { code: 429, retry_after: 7 } } });
    const limited = await ask().catch((error) => error);
    assert.ok(limited instanceof OpenAI.RateLimitError);
    assert.equal(limited.headers.get("retry-after"), "7");
    await script({ fault: "context_too_long" });
    await assert.rejects(ask(), OpenAI.BadRequestError);
    await script({ fault: { status: { code: 500 } } });
    await assert.rejects(ask(), OpenAI.InternalServerError);
    await assert.rejects(ask({ model: "nowhere" }), OpenAI.NotFoundError);
    await assert.rejects(ask({}, client("dapi-wrong")), OpenAI.PermissionDeniedError);
  },

  async "a rate limit is waited for"() {
    await script({ fault: { status: { code: 429, retry_after: 1 } } }, say("Now."));
    assert.equal((await ask({}, client("dapi-emulator", 1))).choices[0].message.content, "Now.");
  },

  async "an answer that breaks off is an error"() {
    await script({ ...say("one ", "two ", "three"), fault: { cut_after: 2 } });
    await assert.rejects(async () => drain(await ask({ stream: true })));
  },

  async "responses come whole and streamed"() {
    await emulator("PUT", "serving/scripted", {
      task: "agent/v1/responses",
      turns: [say("Four", "teen"), say("Four", "teen")],
    });
    const whole = await client().responses.create({ model: "scripted", input: "How many?" });
    assert.equal(whole.output_text, "Fourteen");
    const runner = client().responses.stream({ model: "scripted", input: "How many?" });
    assert.equal((await runner.finalResponse()).output_text, "Fourteen");
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  await emulator("POST", "reset");
  try {
    await test();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`FAILED ${name}: ${error.stack}`);
  }
}
console.log(`openai for Node: ${Object.keys(tests).length - failed} of ${Object.keys(tests).length} passed`);
process.exitCode = failed ? 1 : 0;
