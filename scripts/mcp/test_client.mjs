// The official TypeScript SDK of the Model Context Protocol against /mcp. Started by scripts/mcp-sdk-test.sh
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The SDK is installed beside nothing of ours.
const require = createRequire(`${process.env.MCP_SDK_HOME}/package.json`);
const load = (path) => import(pathToFileURL(require.resolve(path)).href);
const { Client } = await load("@modelcontextprotocol/sdk/client/index.js");
const { StreamableHTTPClientTransport } = await load("@modelcontextprotocol/sdk/client/streamableHttp.js");
const { version } = require("./node_modules/@modelcontextprotocol/sdk/package.json");

const base = process.env.LAKELEDGER_URL;
const examples = JSON.parse(readFileSync(new URL("examples.json", import.meta.url)));

async function connected(user, work) {
  const client = new Client({ name: "lakeledger-test", version: "1" });
  const requestInit = { headers: { "X-Forwarded-User": user } };
  const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit });
  await client.connect(transport);
  try {
    return await work(client, transport);
  } finally {
    await client.close();
  }
}

async function callEveryTool(client) {
  const { tools } = await client.listTools();
  assert.ok(tools.length > 30, `${tools.length} tools`);
  const read = tools.filter((tool) => tool.annotations.readOnlyHint);
  for (const tool of read) {
    assert.ok(tool.title && tool.description, tool.name);
    const result = await client.callTool({ name: tool.name, arguments: examples[tool.name] ?? {} });
    assert.ok(!result.isError, `${tool.name}: ${result.content[0].text}`);
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent, tool.name);
  }
  return read.length;
}

async function errors(client) {
  const unknown = await client.callTool({ name: "spending", arguments: { payee: "Nobody at all" } });
  assert.ok(unknown.isError && unknown.content[0].text.includes("Nobody at all"));
  await assert.rejects(client.callTool({ name: "rm", arguments: {} }), { code: -32602 });
  const { z } = require("zod");
  await assert.rejects(client.request({ method: "money/steal", params: {} }, z.any()), { code: -32601 });
}

// A tool that writes only proposes: nothing changes without the person's click.
async function writes(client) {
  const { tools } = await client.listTools();
  const writing = tools.filter((tool) => !tool.annotations.readOnlyHint).map((tool) => tool.name);
  assert.ok(writing.includes("remember"), `${writing}`);
  const text = `the car can wait ${Date.now()}`;
  const { structuredContent } = await client.callTool({ name: "remember", arguments: { text } });
  assert.match(structuredContent.status, /waiting/);
  const headers = { "X-Forwarded-User": "ada" };
  const { items } = await (await fetch(`${base}/api/v1/memories`, { headers })).json();
  assert.ok(!items.some((memory) => memory.text === text));
}

// A call that is given up leaves the connection good for the next.
async function cancellation(client) {
  const given = new AbortController();
  const slow = { ...examples.monte_carlo, paths: 20_000 };
  const call = client.callTool({ name: "monte_carlo", arguments: slow }, undefined, { signal: given.signal });
  setTimeout(() => given.abort("enough"), 50);
  await assert.rejects(call);
  assert.ok(!(await client.callTool({ name: "accounts", arguments: {} })).isError);
}

const summary = await connected("ada", async (client, transport) => {
  assert.equal(client.getServerVersion().name, "lakeledger");
  assert.equal(transport.sessionId, undefined);
  await client.ping();
  const count = await callEveryTool(client);
  await errors(client);
  await writes(client);
  await cancellation(client);
  return `protocol ${transport.protocolVersion}: ${count} tools called`;
});
const rows = async (user) =>
  connected(user, async (client) => {
    const { structuredContent } = await client.callTool({ name: "accounts", arguments: {} });
    return structuredContent.tables.flatMap((table) => table.rows).length;
  });
const [hers, his] = await Promise.all([rows("ada"), rows("bob")]);
assert.ok(hers > 0 && his === 0, `${hers} and ${his} accounts`);
console.log(`@modelcontextprotocol/sdk ${version}, ${summary}`);
