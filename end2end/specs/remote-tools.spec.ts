import type { Page } from "@playwright/test";
import { calls, says } from "../harness/emulator.ts";
import { Lender } from "../harness/lender.ts";
import { expect, test as base } from "../harness/modelled.ts";
import { answers, ask } from "../harness/pages.ts";

const test = base.extend<{ lender: Lender }>({
  lender: async ({}, use) => {
    const lender = await Lender.start();
    await use(lender);
    await lender.stop();
  },
  environment: async ({ lender }, use) => {
    await use({ LAKELEDGER_MCP_SERVERS: JSON.stringify([{ name: "fuel", url: lender.url }]) });
  },
});

/** The row of a tool on the assistant's page; its list is asked for in the background. */
const row = async (page: Page, tool: RegExp) => {
  const found = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: tool }) });
  await expect(async () => {
    await page.goto("/assistant");
    await page.locator("summary", { hasText: "Show them" }).click();
    await expect(found).toBeVisible({ timeout: 500 });
  }).toPass();
  return found;
};

test.beforeEach(async ({ page }) => {
  await row(page, /price/i);
  await page.goto("/");
});

test("another server's tool answers, its figure is marked as none of the person's data, and what it says is no markup", async ({ page, emulator }) => {
  await emulator.script(calls("fuel__price", {}), says("A litre costs $1.84 today."));
  const answer = await ask(page, "What does fuel cost?");
  await expect(answer).toContainText("A litre costs $1.84");
  await expect(answer.locator("mark")).toContainText("$1.84");
  await expect(answer.getByText("come from none of your data")).toBeVisible();
  await expect(answer.locator("img")).toHaveCount(0);
  const told = (await emulator.asked())[1]?.messages.find(({ role }) => role === "tool");
  expect(told?.content).toContain("A litre costs $1.84 today.");
});

test("another server's tool that writes waits for the click, and is called once", async ({ page, emulator, lender }) => {
  await emulator.script(calls("fuel__order", { what: "20 litres" }), says("I have asked for your yes."));
  const answer = await ask(page, "Order some fuel");
  await expect(answer.locator(".confirmation")).toContainText("20 litres");
  expect(lender.orders).toEqual([]);
  await answer.getByRole("button", { name: "Do it" }).click();
  await expect(answers(page).last().getByText(/^Done\./)).toBeVisible();
  expect(lender.orders).toEqual(["20 litres"]);
});

test("another server's tool that is switched off is offered no more, and refused", async ({ page, emulator }) => {
  const tool = await row(page, /price/i);
  await expect(tool).toContainText("Reads");
  await expect(tool).toContainText("fuel");
  await expect(await row(page, /order/i)).toContainText("Writes, asks first");
  await tool.getByRole("button", { name: /Switch off/ }).click();
  await expect(await row(page, /price/i)).toContainText("Off");

  await page.goto("/");
  await emulator.script(calls("fuel__price", {}), says("I cannot tell."));
  await expect(await ask(page, "What does fuel cost?")).toContainText("I cannot tell.");
  const [first, second] = await emulator.asked();
  const offered = first?.tools?.map((it) => it.function.name);
  expect(offered).toContain("fuel__order");
  expect(offered).not.toContain("fuel__price");
  const refusal = second?.messages.find(({ role }) => role === "tool");
  expect(refusal?.content).toContain("switched this tool off");
});
