import { ask, answers, checkingCsv, composer, groceriesInMarch, groceriesQuestion, importFile, openSideBar, previewImport, savingsOfx, transactionCount } from "../harness/pages.ts";
import { Server } from "../harness/server.ts";
import { expect, test, watch } from "../harness/test.ts";

test("a person imports, asks, follows a figure, and finds everything again after a restart", async ({ browser, contextOptions, scripted, store }) => {
  const server = await Server.start({ store, trustForwardedHeaders: false });
  const context = await browser.newContext({ ...contextOptions, baseURL: server.url, extraHTTPHeaders: {} });
  const { complaints } = watch(context, server.url, scripted);
  const page = await context.newPage();

  await test.step("the empty app offers a file and sample data", async () => {
    await page.goto("/");
    await expect(page.getByLabel("Statement file")).toBeVisible();
    await expect(page.getByRole("button", { name: "Try with sample data" })).toBeVisible();
  });

  await test.step("a bank's CSV and OFX are imported", async () => {
    await previewImport(page, checkingCsv);
    await expect(page.getByText("Read as CSV")).toBeVisible();
    await expect(page.getByRole("cell", { name: "-$1,450.00" }).or(page.getByRole("cell", { name: "−$1,450.00" })).first()).toBeVisible();
    await page.getByRole("button", { name: "Import 23 transactions" }).click();
    await expect(page.getByText("23 transactions were imported.")).toBeVisible();
    await importFile(page, savingsOfx);
    await expect(page.getByText("4 transactions were imported.")).toBeVisible();
  });

  const chatUrl = await test.step("a question gets an answer with a figure, a table and a chart", async () => {
    await page.goto("/");
    const answer = await ask(page, groceriesQuestion);
    await expect(answer).toContainText(groceriesInMarch);
    await expect(answer.getByRole("table").first()).toBeVisible();
    await expect(answer.locator("svg").first()).toBeVisible();
    return page.url().replace(/#.*/, "");
  });

  await test.step("the figure leads to the transactions behind it", async () => {
    await answers(page).last().getByRole("link", { name: groceriesInMarch }).first().click();
    await expect(page).toHaveURL(/\/money\?/);
    await expect(transactionCount(page)).toHaveText("4 transactions");
    await expect(page.getByRole("row").filter({ hasText: "Trader Joe" })).toHaveCount(1);
    await expect(page.getByRole("row").filter({ hasText: "Shell" })).toHaveCount(0);
  });

  await test.step("the profile names its wrong fields, keeps what was typed, and saves", async () => {
    await page.goto("/profile");
    await page.getByLabel("Name", { exact: true }).first().fill("Ada");
    await page.getByLabel("Annual income").fill("a lot");
    await page.getByLabel("Country").fill("Nowhere");
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("alert")).toContainText("2 fields need another look");
    await expect(page.getByLabel("Annual income")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Annual income")).toHaveValue("a lot");
    await page.getByLabel("Annual income").fill("84000");
    await page.getByLabel("Country").fill("US");
    await page.getByLabel("Employer", { exact: true }).fill("Northwind Traders");
    await page.getByRole("group", { name: "Another goal" }).getByLabel("Name").fill("New roof");
    await page.getByRole("group", { name: "Another goal" }).getByLabel("Amount").fill("12000");
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
  });

  const expectEverything = async (): Promise<void> => {
    await page.goto(chatUrl);
    await expect(answers(page)).toHaveCount(1);
    await expect(answers(page).first()).toContainText(groceriesInMarch);
    await page.goto("/profile");
    await expect(page.getByLabel("Annual income")).toHaveValue(/84.?000/);
    await expect(page.getByRole("group", { name: "Goal 1" }).getByLabel("Name")).toHaveValue("New roof");
    await page.goto("/money");
    await expect(transactionCount(page)).toHaveText("27 transactions");
    await expect(page.getByText("$1,807.23")).toBeVisible();
  };
  await test.step("everything is there after a reload", expectEverything);
  await test.step("everything is there after a restart", async () => {
    await server.stop("SIGTERM");
    await server.run();
    await expectEverything();
  });
  await test.step("everything is there after the process was killed", async () => {
    await server.stop("SIGKILL");
    await server.run();
    await expectEverything();
    await page.goto("/");
    await openSideBar(page);
    await expect(page.getByRole("navigation", { name: "Chats" }).getByRole("link", { name: /groceries/ })).toBeVisible();
    await expect(composer(page)).toBeAttached();
  });

  await context.close();
  await server.remove();
  expect(complaints).toEqual([]);
});
