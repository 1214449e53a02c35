import { answers, ask, checkingCsv, composer, groceriesInMarch, groceriesQuestion, importFile, openSideBar } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test.beforeEach(async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/");
});

test("suggestions come from the person's own data and answer", async ({ page }) => {
  const suggestions = page.getByRole("group", { name: "Suggestions" }).getByRole("button");
  await expect(suggestions.first()).toBeVisible();
  await suggestions.first().click();
  await expect(answers(page)).toHaveCount(1);
  await expect(answers(page).first()).not.toHaveAttribute("aria-busy", "true");
  await expect(answers(page).first()).toContainText(/\d/);
});

test("a chat goes on, and both answers are there after a reload", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await ask(page, "And in February 2024?");
  await page.reload();
  await expect(answers(page)).toHaveCount(2);
  await expect(answers(page).first()).toContainText(groceriesInMarch);
  await expect(answers(page).last()).toContainText("$102.67");
});

test("what is not understood is said, with questions that work", async ({ page }) => {
  const answer = await ask(page, "Colourless green ideas sleep furiously");
  await expect(answer.getByRole("listitem")).toHaveCount(3);
});

test("a chat is renamed, found by its title, deleted, and taken back", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.locator("summary", { hasText: "Settings of this chat" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Shopping in spring");
  await page.getByRole("button", { name: "Rename" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shopping in spring" })).toBeVisible();

  await openSideBar(page);
  await page.getByRole("searchbox", { name: "Search chats" }).first().fill("SPRING");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?q=SPRING/);
  await page.getByRole("main").getByRole("link", { name: "Shopping in spring" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Shopping in spring" })).toBeVisible();

  await page.locator("summary", { hasText: "Settings of this chat" }).click();
  await page.getByRole("button", { name: "Delete chat" }).click();
  await expect(page.getByText("Deleted “Shopping in spring”.")).toBeVisible();
  await page.goto("/?q=spring");
  await expect(page.getByText("Nothing found.")).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Shopping in spring" })).toBeVisible();
  await expect(answers(page)).toHaveCount(1);
});

test("a search is narrowed to who wrote, with the keyboard", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await openSideBar(page);
  const searchBox = page.getByRole("searchbox", { name: "Search chats" }).first();
  const wroteIt = page.locator("#side-bar").getByLabel("Written by");
  await expect(wroteIt).toBeHidden();
  await searchBox.fill("groceries");
  await page.keyboard.press("Tab");
  await expect(wroteIt).toBeFocused();
  await page.keyboard.press("T");
  await expect(wroteIt).toHaveValue("assistant");
  await searchBox.press("Enter");
  await expect(page).toHaveURL(/role=assistant/);
  const main = page.getByRole("main");
  await expect(main.getByText(/^Answer ·/).first()).toBeVisible();
  await expect(main.getByText(/^You asked ·/)).toHaveCount(0);

  await expect(main.getByLabel("Written by")).toHaveValue("assistant");
  await main.getByLabel("Written by").selectOption("You");
  await main.getByRole("button", { name: "Search" }).click();
  await expect(main.getByText(/^You asked ·/).first()).toBeVisible();
  await expect(main.getByText(/^Answer ·/)).toHaveCount(0);

  await page.goto("/?q=groceries&role=nobody&from=2024-02-30");
  await expect(main.getByText("is not one of the choices")).toBeVisible();
  await expect(main.getByText("must be a date written as YYYY-MM-DD")).toBeVisible();
});

test("the history stands under the day", async ({ page }) => {
  await ask(page, groceriesQuestion);
  await page.goto("/");
  await openSideBar(page);
  const history = page.getByRole("navigation", { name: "Chats" });
  await expect(history.getByRole("heading", { name: "Today" })).toBeVisible();
  await expect(history.getByRole("link", { name: /groceries/ })).toBeVisible();
});

test("an endless question is refused and stays in its field", async ({ page }) => {
  const endless = "How much? ".repeat(6_600);
  await composer(page).fill(endless);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText(/^The question .*\.$|at most|too long/i).first()).toBeVisible();
  await expect(composer(page)).toHaveValue(/^How much\?/);
  await expect(answers(page)).toHaveCount(0);
});

test("an answer that was cut off goes on where it stopped", { tag: "@scripted" }, async ({ page }) => {
  let connections = 0;
  await page.route("**/api/v1/runs/*/events*", async (route) => {
    connections += 1;
    if (connections > 1) return route.continue();
    // The first connection breaks after three events, as a proxy's time limit breaks it.
    const response = await route.fetch();
    const events = (await response.text()).split("\n\n").filter((event) => event.includes("data:"));
    await route.fulfill({ response, body: `retry: 50\n\n${events.slice(0, 3).join("\n\n")}\n\n` });
  });
  await page.waitForLoadState("networkidle");
  const answer = await ask(page, groceriesQuestion);
  await expect(answer).toContainText(groceriesInMarch);
  expect(connections).toBe(2);
  // Asked again from the start, it would show its first steps twice.
  const streamed = await answer.innerText();
  await page.reload();
  // Buttons that need the script come with it.
  await expect.poll(() => answers(page).last().innerText()).toBe(streamed);
});

test("an answer in the making can be stopped", { tag: "@scripted" }, async ({ page }) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/v1/runs/*/events*", async (route) => {
    await held;
    await route.continue();
  });
  await page.waitForLoadState("networkidle");
  await composer(page).fill(groceriesQuestion);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const stop = page.getByRole("button", { name: "Stop" });
  await expect(stop.first()).toBeVisible();
  const cancelled = page.waitForRequest(/\/cancel$/);
  await stop.first().click();
  await cancelled;
  release();
  await expect(answers(page).last()).not.toHaveAttribute("aria-busy", "true");
  await expect(stop).toHaveCount(0);
});

test("a question whose reply got lost is led to, not asked twice", { tag: "@scripted" }, async ({ page }) => {
  let sent = 0;
  await page.route("**/chats", async (route) => {
    sent += 1;
    if (sent > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await composer(page).fill(groceriesQuestion);
  await composer(page).press("Enter");
  await expect(page.getByText("The question could not be sent.")).toBeVisible();
  await composer(page).press("Enter");
  await expect(page).toHaveURL(/\/chats\/[0-9a-f-]{36}/);
  await expect(answers(page)).toHaveCount(1);
  await expect(answers(page).first()).toContainText(groceriesInMarch);
  await expect(composer(page)).toHaveValue("");
});
