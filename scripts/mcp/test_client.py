"""The official Python SDK of the Model Context Protocol against /mcp. Started by scripts/mcp-sdk-test.sh"""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

BASE = os.environ["LAKELEDGER_URL"]
EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text())


@asynccontextmanager
async def connected(user, mode):
    headers = {"X-Forwarded-User": user}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as http:
        async with Client(streamable_http_client(f"{BASE}/mcp", http_client=http), mode=mode) as client:
            yield client


async def call_every_tool(client):
    tools = (await client.list_tools()).tools
    assert len(tools) > 30, len(tools)
    read = [tool for tool in tools if tool.annotations.read_only_hint]
    for tool in read:
        assert tool.title and tool.description and tool.input_schema["type"] == "object", tool.name
        # The SDK checks the structured content against the tool's output schema.
        result = await client.call_tool(tool.name, EXAMPLES.get(tool.name, {}))
        assert not result.is_error, f"{tool.name}: {result.content[0].text}"
        assert json.loads(result.content[0].text) == result.structured_content, tool.name
        assert len(result.content[0].text.encode()) <= 32 * 1024, tool.name
    return len(read)


async def errors(client):
    result = await client.call_tool("spending", {"payee": "Nobody at all"})
    assert result.is_error and "Nobody at all" in result.content[0].text
    result = await client.call_tool("loan", {})
    assert result.is_error and "missing" in result.content[0].text
    try:
        await client.call_tool("rm", {})
        raise SystemExit("an unknown tool was called")
    except MCPError as error:
        assert error.error.code == -32602, error.error


async def writes(client, http):
    """A tool that writes only proposes: nothing changes without the person's click."""
    names = {tool.name for tool in (await client.list_tools()).tools if not tool.annotations.read_only_hint}
    assert {"set_budget", "set_category", "remember"} <= names, names
    result = await client.call_tool("set_budget", {"category": "Food:Groceries", "amount": "300"})
    waiting = result.structured_content
    assert "waiting" in waiting["status"] and waiting["confirm_at"].startswith(BASE), waiting
    write = (await http.get(f"{BASE}/api/v1/tool-writes/{waiting['tool_write_id']}")).json()
    assert write["status"] == "pending", write
    budgets = (await http.get(f"{BASE}/api/v1/budgets")).json()["items"]
    assert not any(budget["category"] == "Food:Groceries" for budget in budgets), budgets


async def cancellation(client):
    """A call that is given up leaves the connection good for the next."""
    slow = {**EXAMPLES["monte_carlo"], "paths": 20_000}
    call = asyncio.create_task(client.call_tool("monte_carlo", slow))
    await asyncio.sleep(0.05)
    call.cancel()
    try:
        await call
        raise SystemExit("the call was not cancelled")
    except asyncio.CancelledError:
        pass
    assert not (await client.call_tool("accounts", {})).is_error


async def people(mode):
    """Each sees the accounts of their own."""
    async with connected("ada", mode) as ada, connected("bob", mode) as bob:
        hers, his = await asyncio.gather(ada.call_tool("accounts", {}), bob.call_tool("accounts", {}))
        assert hers.structured_content["tables"][0]["rows"], hers
        assert "Payee" not in json.dumps(his.structured_content)
        assert not any(table["rows"] for table in his.structured_content["tables"]), his
        spent = await bob.call_tool("top_payees", {})
        assert not any(table["rows"] for table in spent.structured_content["tables"]), spent


async def main():
    for mode in ("legacy", "auto"):
        async with connected("ada", mode) as client:
            assert client.server_capabilities.tools is not None
            count = await call_every_tool(client)
            await errors(client)
            async with httpx2.AsyncClient(headers={"X-Forwarded-User": "ada"}) as http:
                await writes(client, http)
            await cancellation(client)
            if mode == "legacy":
                await client.send_ping()
            spoken = client.protocol_version
        await people(mode)
        print(f"mcp {version('mcp')} for Python, protocol {spoken}: {count} tools called")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
