import {
  addRate,
  checkingCsv,
  csv,
  importFile,
  march,
  previewImport,
  transactionCount,
  type Upload,
} from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test("a category is changed in its row, and a rule is offered", async ({ page, scripted }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money?text=Netflix");
  const change = async (row: number, category: string): Promise<void> => {
    await page.locator(".transactions tbody tr").nth(row).locator(".category").click();
    const field = page.getByRole("combobox", { name: /^Category of Netflix/ });
    await expect(field).toHaveValue("Subscriptions:Streaming");
    await field.fill(category);
    await field.press("Enter");
  };
  await change(0, "Leisure:Films");
  await expect(page.getByRole("status").filter({ hasText: "Leisure · Films" })).toBeVisible();
  const changed = page.getByRole("link", { name: /^Films/ });
  await expect(changed).toHaveCount(1);
  if (scripted) await expect(changed).toBeFocused();
  await change(1, "Leisure:Films");
  await expect(page.getByText("You chose this 2 times.")).toBeVisible();
  await page.getByRole("button", { name: "Make a rule" }).click();
  await expect(page.getByText(/payee is “Netflix/)).toBeVisible();
});

test("a category that is none is refused where it was typed, and given up with Escape", async ({ page, scripted }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money?text=Netflix");
  await page.locator(".category").first().click();
  const field = page.getByRole("combobox", { name: /^Category of Netflix/ });
  await field.fill("a:b:c");
  await field.press("Enter");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue("a:b:c");
  if (scripted) await field.press("Escape");
  else await page.getByRole("link", { name: "Cancel" }).click();
  await expect(field).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Streaming/ }).first()).toBeVisible();
});

test("a row that leaves its filter leaves the list", { tag: "@scripted" }, async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money?category=Subscriptions:Streaming");
  const rows = page.locator(".transactions tbody tr");
  const before = await rows.count();
  await page.locator(".category").first().click();
  await page.getByRole("combobox", { name: /^Category of/ }).fill("Leisure:Films");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(before - 1);
});

test("everything that meets a filter is changed after a preview", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money?text=Netflix");
  const count = (await transactionCount(page).innerText()).split(" ")[0];
  await page.getByText("Change the category of all").click();
  await page.getByLabel("Into").fill("Leisure:Films");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("Nothing has changed yet.")).toBeVisible();
  await page.getByRole("button", { name: `Change ${count} transactions` }).click();
  await page.goto("/money?category=Leisure:Films");
  await expect(transactionCount(page)).toContainText(`${count} transactions`);
});

test("a transaction is edited and split, and each change is on its history", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money?text=Netflix");
  await page.locator(".payee").first().click();
  await page.getByLabel("Note", { exact: true }).fill("the big plan");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "Saved." })).toBeVisible();
  await expect(page.getByRole("region", { name: "History" })).toContainText("note: the big plan");

  await page.getByLabel("Amount of part 1").fill("10");
  await page.getByLabel("Category of part 1").fill("Leisure:Films");
  await page.getByLabel("Amount of part 2").fill("4");
  await page.getByLabel("Category of part 2").fill("Gifts");
  await page.getByRole("button", { name: "Save the parts" }).click();
  await expect(page.getByRole("alert")).toContainText("Part 2: amount");
  await page.getByLabel("Amount of part 2").fill("5.49");
  await page.getByRole("button", { name: "Save the parts" }).click();
  await expect(page.getByRole("region", { name: "History" })).toContainText("split into 2 parts");
});

test("a transfer is paired and unpaired", async ({ page }) => {
  await importFile(page, csv("daily.csv", ["2024-03-01,Moved,-80.00", "2024-03-09,Shop,-1.00"]));
  await importFile(page, csv("nest-egg.csv", ["2024-03-08,Landed,80.00"]));
  await page.goto("/money?text=Moved");
  await page.locator(".payee").first().click();
  const transfer = page.getByRole("region", { name: "Transfer" });
  await transfer.getByRole("button", { name: /^Pair with Landed/ }).click();
  await expect(transfer).toContainText("The other half of this transfer.");
  await transfer.getByRole("link", { name: "Landed" }).click();
  await expect(transfer.getByRole("link", { name: "Moved" })).toBeVisible();
  await transfer.getByRole("button", { name: "It is no transfer" }).click();
  await expect(transfer).toContainText("You said that this is no transfer");
});

test("money changed into another currency is paired as a transfer", async ({ page }) => {
  const inCurrency = (name: string, row: string): Upload => ({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(["Date,Payee,Amount,Currency", row].join("\n")),
  });
  await importFile(page, inCurrency("euros.csv", "2024-03-01,Changed,-100.00,EUR"));
  await importFile(page, inCurrency("dollars.csv", "2024-03-02,Landed,108.20,USD"));
  await page.goto("/money?text=Changed");
  await page.locator(".payee").first().click();
  const transfer = page.getByRole("region", { name: "Transfer" });
  await transfer.getByText("Pair it with money in another currency").click();
  await transfer.getByRole("button", { name: /^Pair with Landed, .*108\.20/ }).click();
  await expect(transfer).toContainText("The other half of this transfer.");
  await expect(transfer).toContainText("108.20");
});

test("rows that are probably there are decided by the person", async ({ page }) => {
  await importFile(page, march("Corner Shop"));
  await previewImport(page, march("Zq Holdings"));
  const unsure = page.getByRole("region", { name: "Rows to decide about" });
  await expect(unsure).toContainText("Corner Shop");
  await unsure.getByRole("checkbox", { name: /^Add Zq Holdings/ }).check();
  await unsure.getByRole("button", { name: "Update the preview" }).click();
  await expect(unsure.getByRole("checkbox", { name: /^Add Zq Holdings/ })).toBeChecked();
  await page.getByRole("button", { name: "Import 1 transaction" }).click();
  await expect(page.getByText("1 transaction was imported.")).toBeVisible();
});

test("corrected columns are remembered, listed and forgotten", async ({ page }) => {
  await previewImport(page, csv("daily.csv", ["2024-03-01,Corner Shop,-12.50"]));
  await page.getByText("Something is not right? Correct the columns").click();
  await page.getByLabel("Amounts are").selectOption("signed_out");
  await page.getByRole("button", { name: "Show the preview again" }).click();
  await page.getByRole("button", { name: "Import 1 transaction" }).click();
  await page.goto("/money/imports");
  const columns = page.getByRole("region", { name: "Remembered columns" });
  await expect(columns).toContainText("date, payee, amount");
  await columns.getByRole("button", { name: /^Forget/ }).click();
  await expect(columns).toHaveCount(0);
});

test("exchange rates are refused, added and removed", async ({ page }) => {
  await page.goto("/money/rates");
  await page.getByLabel("Rate", { exact: true }).fill("a lot");
  await page.getByRole("button", { name: "Save the rate" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Rate", { exact: true })).toHaveValue("a lot");
  await addRate(page, "2024-03-01", "EUR", "1,0825", "USD");
  await page.getByRole("button", { name: "Remove EUR in USD" }).click();
  await expect(page.getByText("No rate yet.")).toBeVisible();
});

test("the ledger is taken away in other programs' files", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money");
  await page.getByText("Export", { exact: true }).click();
  for (const [name, start] of [
    ["CSV", "date,"],
    ["hledger", ";"],
  ] as const) {
    const href = await page.getByRole("link", { name, exact: true }).getAttribute("href");
    const response = await page.request.get(href!);
    expect(response.status()).toBe(200);
    expect((await response.text()).toLowerCase()).toContain(start);
  }
});
