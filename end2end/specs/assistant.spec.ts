import { answers, ask, checkingCsv, composer, groceriesInMarch, groceriesQuestion, importFile } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test.beforeEach(async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/");
});

test("an answer is rated, with a reason, and the rating taken back", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.reload();
  const answer = answers(page).last();
  await answer.getByRole("button", { name: "Good answer" }).click();
  await expect(answer.getByRole("button", { name: "Good answer" })).toHaveAttribute("aria-pressed", "true");

  await answer.getByRole("button", { name: "Bad answer" }).click();
  await expect(answer.getByRole("button", { name: "Good answer" })).toHaveAttribute("aria-pressed", "false");
  await answer.getByLabel("What was wrong?").fill("It left out the bakery.");
  await answer.getByRole("button", { name: "Send" }).click();
  await expect(answer.getByText("You said: It left out the bakery.")).toBeVisible();

  await answer.getByRole("button", { name: "Bad answer" }).click();
  await expect(answer.getByRole("button", { name: "Bad answer" })).toHaveAttribute("aria-pressed", "false");
  await expect(answer.getByText("You said:")).toHaveCount(0);
});

test("an answer is made again, and both versions stay", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await answers(page).last().getByRole("button", { name: "Answer again" }).click();
  await expect(answers(page).last().getByText("2 of 2")).toBeVisible();
  await expect(answers(page).last()).toContainText(groceriesInMarch);
  await expect(answers(page)).toHaveCount(1);
  await answers(page).last().getByRole("button", { name: "Version before" }).click();
  await expect(answers(page).last().getByText("1 of 2")).toBeVisible();
  await expect(answers(page).last()).toContainText(groceriesInMarch);
});

test("a question is asked otherwise in a branch of its own, and what followed the old one is kept", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await ask(page, "And in February 2024?");
  await page.reload();
  await page.locator("summary", { hasText: "Edit" }).first().click();
  const field = page.getByRole("textbox", { name: "Your question" }).first();
  await expect(field).toHaveValue(groceriesQuestion);
  await field.fill("How much did I spend on coffee in March 2024?");
  await page.getByRole("button", { name: "Ask this instead" }).first().click();
  await expect(answers(page)).toHaveCount(1);
  await expect(page.getByText("2 of 2")).toBeVisible();
  await expect(answers(page).last()).not.toContainText(groceriesInMarch);

  await page.getByRole("button", { name: "Version before" }).first().click();
  await expect(answers(page)).toHaveCount(2);
  await expect(answers(page).first()).toContainText(groceriesInMarch);
});

test("how answers sound is chosen before the first question", async ({ page }) => {
  await page.getByLabel("How answers sound").selectOption("Brief");
  await page.getByRole("group", { name: "Suggestions" }).getByRole("button").first().click();
  await expect(page).toHaveURL(/\/chats\/[0-9a-f-]{36}/);
  await expect(answers(page).last()).not.toHaveAttribute("aria-busy", "true");
  await page.reload();
  await page.locator("summary", { hasText: "Settings of this chat" }).click();
  await expect(page.getByLabel("How answers sound")).toHaveValue("brief");
});

test("an answer is copied", { tag: "@scripted" }, async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ask(page, groceriesQuestion);
  await answers(page).last().getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied." })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(groceriesInMarch);
});

test("the next question can be asked while an answer is being made", { tag: "@scripted" }, async ({ page }) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/v1/runs/*/events*", async (route) => {
    await held;
    await route.continue();
  });
  await page.waitForLoadState("networkidle");
  for (const question of [groceriesQuestion, "And in February 2024?"]) {
    await composer(page).fill(question);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(composer(page)).toHaveValue("");
  }
  await expect(answers(page)).toHaveCount(2);
  release();
  await expect(answers(page).first()).toContainText(groceriesInMarch);
  await expect(answers(page).last()).toContainText("$102.67");
});

test("a chat's words are found, with the place marked", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.goto(`/?q=${encodeURIComponent("groceries spend march")}`);
  const hit = page.getByRole("listitem").filter({ hasText: "You asked" });
  await expect(hit.locator("mark").first()).toBeVisible();
  await hit.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/chats\/.*#m-/);
  await expect(answers(page).last()).toContainText(groceriesInMarch);
  await page.goto("/?q=zeppelin");
  await expect(page.getByText("Nothing found.")).toBeVisible();
});

test("what is remembered is listed, and forgotten", async ({ page }) => {
  await page.goto("/assistant");
  await page.getByRole("textbox", { name: "Remember this" }).fill("I share the rent with Sam.");
  await page.getByRole("button", { name: "Remember", exact: true }).click();
  const memory = page.getByRole("listitem").filter({ hasText: "I share the rent with Sam." });
  await expect(memory).toBeVisible();
  await memory.getByRole("button", { name: /^Forget/ }).click();
  await expect(memory).toHaveCount(0);
});

test("a tool is switched off and on", async ({ page }) => {
  await page.goto("/assistant");
  const open = async (): Promise<void> => page.locator("summary", { hasText: "Show them" }).click();
  await open();
  await page.getByRole("button", { name: "Switch off Spending", exact: true }).click();
  await expect(page.getByText("1 switched off.")).toBeVisible();
  await open();
  await page.getByRole("button", { name: "Switch on Spending", exact: true }).click();
  await expect(page.getByText("All are on.")).toBeVisible();
});

test("a change waits for the click, is made once, and stands in the record", async ({ page }) => {
  const answer = await ask(page, "Set a budget of 400 for groceries");
  await page.goto("/money/budgets");
  await expect(page.getByRole("main").getByText("$400")).toHaveCount(0);
  await page.goBack();
  await answer.getByRole("button", { name: "Do it" }).click();
  await expect(answers(page).last().getByText(/^Done\./)).toBeVisible();
  await expect(page.getByRole("button", { name: "Do it" })).toHaveCount(0);
  await page.goto("/money/budgets");
  await expect(page.getByRole("main").getByText("$400").first()).toBeVisible();
  await page.goto("/assistant");
  await expect(page.getByRole("region", { name: "Changes it asked for" }).getByText(/^Done\./).first()).toBeVisible();
});

test("a change that is refused changes nothing", async ({ page }) => {
  const answer = await ask(page, "Set a budget of 400 for groceries");
  await answer.getByRole("button", { name: "Don’t" }).click();
  await expect(answers(page).last().getByText("You said no; nothing was changed.")).toBeVisible();
  await page.goto("/money/budgets");
  await expect(page.getByRole("main").getByText("$400")).toHaveCount(0);
});

test("what the model saw is shown for an answer", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.reload();
  await answers(page).last().getByRole("link", { name: "What the model saw" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "What the model saw" })).toBeVisible();
  await page.getByRole("link", { name: "Back to the answer" }).click();
  await expect(answers(page)).toHaveCount(1);
});

test("everything is deleted only by its words, and is gone", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.goto("/assistant");
  await page.locator("summary", { hasText: "Delete everything" }).click();
  await page.getByLabel("Type “delete everything”").fill("yes");
  await page.getByRole("button", { name: "Delete everything" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  // What was refused is open again.
  await page.getByLabel("Type “delete everything”").fill("delete everything");
  await page.getByRole("button", { name: "Delete everything" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Ask your money" })).toBeVisible();
  await expect(page.getByText("Import a statement, then ask.")).toBeVisible();
  await page.goto("/?q=");
  await expect(page.getByText("No chat yet.")).toBeVisible();
});
