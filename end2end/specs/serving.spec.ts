import type { Locator, Page } from "@playwright/test";
import { calls, fails, says, type Turn } from "../harness/emulator.ts";
import { expect, test } from "../harness/modelled.ts";
import { answers, ask, checkingCsv, composer, groceriesInMarch, groceriesQuestion, importFile } from "../harness/pages.ts";

const groceries = calls("spending", { category: "Groceries", from: "2024-03-01", to: "2024-03-31" });
const told = says("You spent ", groceriesInMarch, " on groceries ", "in March 2024.");

const marks = (answer: Locator): Locator => answer.locator("mark");

/** The figures of an answer's text, as a person reads them. */
const figures = async (answer: Locator): Promise<string[]> => (await answer.innerText()).match(/\$[\d,.]*\d/g) ?? [];

const choosePersona = async (page: Page, persona: string, scripted: boolean): Promise<void> => {
  await page.locator("summary", { hasText: "Settings of this chat" }).click();
  await page.getByLabel("How answers sound").selectOption(persona);
  if (!scripted) await page.getByRole("button", { name: "Use" }).click();
  // The page comes anew, with its menu shut.
  await expect(page.getByLabel("How answers sound")).toBeHidden();
  await expect(composer(page)).toBeVisible();
};

test.beforeEach(async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/");
});

test("a model answers from a tool's figures, and the figure leads to its rows", async ({ page, emulator }) => {
  await emulator.script(groceries, told);
  const answer = await ask(page, groceriesQuestion);
  await expect(answer).toContainText(`You spent ${groceriesInMarch} on groceries in March 2024.`);
  await expect(marks(answer)).toHaveCount(0);
  const asked = await emulator.asked();
  expect(asked[1]?.messages.some(({ role, content }) => role === "tool" && content?.includes("274.3"))).toBe(true);

  await answer.getByRole("link", { name: groceriesInMarch }).first().click();
  await expect(page).toHaveURL(/\/money\?/);
  await expect(page.getByRole("main")).toContainText(groceriesInMarch);
});

test("the words come as the model says them, and a reload goes on where they are", { tag: "@scripted" }, async ({ page, emulator }) => {
  await emulator.script(groceries, { say: [{ text: "You spent " }, { wait_ms: 3_000 }, { text: `${groceriesInMarch} in March, ` }, { wait_ms: 3_000 }, { text: "and that is all." }] });
  await composer(page).fill(groceriesQuestion);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const answer = answers(page).last();
  await expect(answer.getByText("You spent", { exact: false })).toBeVisible();
  await expect(answer).toHaveAttribute("aria-busy", "true");
  await expect(answer).not.toContainText("in March,");
  await page.reload();
  await expect(answers(page).last()).toContainText(`You spent ${groceriesInMarch} in March, and that is all.`);
  await expect(answers(page).last()).not.toHaveAttribute("aria-busy", "true");
  expect((await answers(page).last().innerText()).match(/You spent/g)).toHaveLength(1);
});

test("an answer that its length cut is gone on with", async ({ page, emulator }) => {
  await emulator.script({ ...says("It began well"), finish_reason: "length" }, says("And it ended well."));
  const answer = await ask(page, "Tell me a story");
  await expect(answer).toContainText("It began well");
  await expect(answer.locator(".notice")).toContainText("greatest length");
  await answer.getByRole("button", { name: "Continue" }).click();
  await expect(answers(page).last()).toContainText("And it ended well.");
  await expect(answers(page)).toHaveCount(2);
  const last = (await emulator.asked()).at(-1)?.messages.map(({ content }) => content);
  expect(last?.slice(-2)).toEqual([expect.stringContaining("It began well"), "Continue."]);
});

const step = (page: Page, number: number): Locator => page.getByRole("region", { name: `Step ${number}` });

test("what the model saw is shown word for word", async ({ page, emulator }) => {
  await emulator.script(groceries, told);
  const answer = await ask(page, groceriesQuestion);
  await answer.getByRole("link", { name: "What the model saw" }).click();
  await expect(step(page, 1)).toContainText(groceriesQuestion);
  await expect(step(page, 2)).toContainText("274.3");
  const asked = (await emulator.asked())[0]?.messages ?? [];
  await step(page, 1).locator("summary", { hasText: "Its task" }).click();
  await expect(step(page, 1).locator("details pre").first()).toHaveText(asked[0]?.content ?? "nothing was asked");
});

test("what the model saw is kept of an answer that was stopped", { tag: "@scripted" }, async ({ page, emulator }) => {
  await emulator.script({ say: [{ text: "Well, " }, { wait_ms: 60_000 }, { text: "never." }] });
  await composer(page).fill("What about rent?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  const stopped = answers(page).last();
  await expect(stopped).toContainText("You stopped this answer.");
  await stopped.getByRole("link", { name: "What the model saw" }).click();
  await expect(step(page, 1)).toContainText("What about rent?");
  await expect(page.getByText("Tokens read")).toBeVisible();
});

test("a long answer looks as it came after a reload", { tag: "@scripted" }, async ({ page, emulator }) => {
  await emulator.script(says(...Array.from({ length: 130 }, () => "So it goes on and on.\n\n")));
  const answer = await ask(page, "Tell me a long story");
  const paragraphs = answer.locator(".answer p");
  await expect(paragraphs).toHaveCount(130);
  const places = (): Promise<number[]> => paragraphs.evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top - (all[0]?.getBoundingClientRect().top ?? 0)));
  expect(await answer.locator(".blocks").count()).toBeGreaterThan(1);
  const asItCame = await places();
  await page.reload();
  await expect(paragraphs).toHaveCount(130);
  expect(await answer.locator(".blocks").count()).toBe(0);
  expect(await places()).toEqual(asItCame);
});

test("a figure that no tool gave is marked", async ({ page, emulator }) => {
  await emulator.script(groceries, says(`You spent ${groceriesInMarch} on groceries, and $999.99 on yachts.`));
  const answer = await ask(page, groceriesQuestion);
  await expect(marks(answer)).toHaveCount(1);
  await expect(marks(answer)).toContainText("$999.99");
  await expect(answer.getByText("figures that are marked with a question mark")).toBeVisible();
  await page.reload();
  await expect(marks(answers(page).last())).toContainText("$999.99");
});

test("a change that the model asks for waits for the click, and is made once", async ({ page, emulator }) => {
  await emulator.script(calls("set_budget", { category: "Groceries", amount: "400" }), says("I have set your budget."));
  const answer = await ask(page, "Keep an eye on my groceries");
  await expect(answer.getByRole("button", { name: "Do it" })).toBeVisible();
  const budgets = async (): Promise<unknown[]> => {
    const response = await page.request.get("/api/v1/budgets");
    return ((await response.json()) as { items: unknown[] }).items;
  };
  expect(await budgets()).toHaveLength(0);

  const action = await answer.locator(".confirmation").getAttribute("action");
  await answer.getByRole("button", { name: "Do it" }).click();
  await expect(answers(page).last().getByText(/^Done\./)).toBeVisible();
  expect(await budgets()).toHaveLength(1);
  // The same click again, as a second tab would send it.
  const again = await page.request.post(action ?? "", { form: { approve: "true" }, headers: { "Sec-Fetch-Site": "same-origin" } });
  expect(again.status()).toBeLessThan(400);
  expect(await budgets()).toHaveLength(1);
});

const failures: [string, Turn, string][] = [
  ["breaks off in mid-answer", fails({ cut_after: 3 }, "You spent ", "$1", "2", ",345"), "broke off"],
  ["falls silent in mid-answer", fails({ hang_after: 3 }, "You spent ", "$1", "2", ",345"), "broke off"],
  ["is asked too often", fails({ status: { code: 429, retry_after: 60 } }), "asked too often"],
  ["refuses by its content filter", fails("content_filter"), "content filter"],
  ["is stopped by a guardrail", fails("guardrail"), "content filter"],
  ["finds the chat too long", fails("context_too_long"), "too long for the model"],
  ["answers garbage", fails("garbage"), "broke off"],
];
for (const [what, failure, words] of failures) {
  test(`the built-in engine answers with the same digits when the model ${what}`, { tag: "@once" }, async ({ page, emulator }) => {
    await emulator.script(groceries, failure, failure, failure);
    const answer = await ask(page, groceriesQuestion);
    await expect(answer.locator(".notice").filter({ hasText: words })).toContainText("The built-in engine answered instead.");
    await expect(answer).toContainText(groceriesInMarch);
    // Nothing of what the model had said is left.
    await expect(answer).not.toContainText("$12");
    await expect(marks(answer)).toHaveCount(0);
  });
}

test("how answers sound changes no figure", { tag: "@once" }, async ({ page, emulator, scripted }) => {
  await emulator.script(groceries, told);
  const expected = await figures((await ask(page, groceriesQuestion)).locator(".answer > p").first());
  expect(expected).toContain(groceriesInMarch);
  // The chat's title is asked for after its first answer, and takes a turn of its own.
  await expect.poll(async () => (await emulator.asked()).length).toBe(3);
  for (const persona of ["Brief", "Encouraging", "With the working"]) {
    await choosePersona(page, persona, scripted);
    const before = (await emulator.asked()).length;
    await emulator.script(groceries, told);
    const answer = await ask(page, groceriesQuestion);
    expect(await figures(answer.locator(".answer > p").first())).toEqual(expected);
    const asked = (await emulator.asked()).slice(before);
    expect(asked[0]?.messages[0]?.content).not.toBe((await emulator.asked())[0]?.messages[0]?.content);
  }
});

test.describe("with the model switched off at deployment", () => {
  test.use({ environment: { LAKELEDGER_MODEL: "builtin" } });

  test("the built-in engine answers, in any tone, and no endpoint is asked", async ({ page, emulator, scripted }) => {
    const answer = await ask(page, groceriesQuestion);
    await expect(answer).toContainText(groceriesInMarch);
    await expect(answer.locator(".notice")).toHaveCount(0);
    const expected = await figures(answer);
    for (const persona of ["Brief", "Encouraging", "With the working"]) {
      await choosePersona(page, persona, scripted);
      expect(await figures(await ask(page, groceriesQuestion))).toEqual(expected);
    }
    expect(await emulator.asked()).toEqual([]);
  });
});
