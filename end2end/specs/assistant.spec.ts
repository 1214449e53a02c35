import { answers, ask, checkingCsv, groceriesInMarch, groceriesQuestion, importFile } from "../harness/pages.ts";
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

test("an answer is copied", { tag: "@scripted" }, async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ask(page, groceriesQuestion);
  await answers(page).last().getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Copied." })).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(groceriesInMarch);
});

test("a chat's words are found, with the place marked", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.goto(`/?q=${encodeURIComponent("groceries spent march")}`);
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
  await page.getByRole("button", { name: "Switch off spending", exact: true }).click();
  await expect(page.getByText("1 switched off.")).toBeVisible();
  await open();
  await page.getByRole("button", { name: "Switch on spending", exact: true }).click();
  await expect(page.getByText("All are on.")).toBeVisible();
});
