import { readFile } from "node:fs/promises";
import { checkingCsv, chooseFile, csv, importFile, previewImport, transactionCount } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test("the same file again adds nothing", async ({ page }) => {
  await importFile(page, checkingCsv);
  await previewImport(page, checkingCsv);
  await expect(page.getByRole("button", { name: "Nothing new to import" })).toBeDisabled();
  await expect(page.getByText("Already there").first()).toBeVisible();
});

test("an import is undone and can be done again", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.getByRole("button", { name: /^Undo import of/ }).click();
  await expect(page.getByText("This import was undone.")).toBeVisible();
  await page.goto("/money");
  await expect(page.getByText("No accounts yet.")).toBeVisible();
  await importFile(page, checkingCsv);
  await page.goto("/money");
  await expect(transactionCount(page)).toHaveText("23 transactions");
});

test("sample data comes with one click and goes with one", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Try with sample data" }).click();
  await expect(page.getByRole("group", { name: "Suggestions" })).toBeVisible();
  await page.goto("/money");
  await expect(page.getByRole("heading", { name: "Accounts" })).toBeVisible();
  await page.getByRole("button", { name: "Remove the sample data" }).click();
  await page.goto("/money");
  await expect(page.getByText("No accounts yet.")).toBeVisible();
});

test("rows that cannot be read are named with their line and column, the others are imported", async ({ page }) => {
  const text = "Date,Description,Amount\n2024-02-28,Baker,-3.20\n2024-02-30,Nobody,-1.00\n2024-03-01,Butcher,NaN\n2024-03-02,Baker,-3.20\n";
  await importFile(page, { name: "some-wrong.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.getByText("2 transactions were imported.")).toBeVisible();
  const skipped = page.getByRole("group").filter({ hasText: "2 rows are skipped" });
  await expect(skipped.getByRole("row", { name: "3 1 the date “2024-02-30” does not exist" })).toBeVisible();
  await expect(skipped.getByRole("row", { name: "4 3 “NaN” is not an amount" })).toBeVisible();
});

test("a wrong guess about the columns is corrected by hand", async ({ page }) => {
  const text = "Date,Description,Amount\n01/02/2024,Baker,3.20\n02/03/2024,Butcher,12.00\n";
  await previewImport(page, { name: "ambiguous.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.locator("summary", { hasText: "Correct the columns" }).click();
  await page.getByLabel("Dates are written").selectOption({ label: "day, month, year" });
  await page.getByLabel("Amounts are").selectOption({ label: "one column, plus is money out" });
  await page.getByRole("button", { name: "Show the preview again" }).click();
  await expect(page.getByRole("cell", { name: /Feb 1, 2024/ })).toBeVisible();
  await expect(page.getByRole("cell", { name: /^[-−]\$3\.20$/ })).toBeVisible();
  await page.getByRole("button", { name: "Import 2 transactions" }).click();
  await expect(page.getByText("2 transactions were imported.")).toBeVisible();
});

const everyday = (name: string) => csv(name, ["2024-03-01,Corner Shop,-12.50", "2024-03-02,Bakery,-3", "2024-03-05,Cinema,-9"]);
const april = csv("export.csv", ["2024-04-01,Corner Shop,-8", "2024-04-02,Bakery,-2"]);

test("a file that names no account goes into the one that is chosen", async ({ page }) => {
  await importFile(page, everyday("everyday.csv"));
  await previewImport(page, april);
  await expect(page.getByText("A new account", { exact: true })).toBeVisible();
  await page.getByLabel("Into account").selectOption({ label: "everyday" });
  await page.getByRole("button", { name: "Use this account" }).click();
  await expect(page.getByText("Adds to an account you have")).toBeVisible();
  await page.getByRole("button", { name: "Import 2 transactions" }).click();
  await expect(page.getByText("2 transactions were imported.")).toBeVisible();
  await page.goto("/money");
  const accounts = page.getByRole("region", { name: "Accounts" }).getByRole("listitem");
  await expect(accounts).toHaveCount(1);
  await expect(accounts).toContainText("5 transactions");
});

test("another account is shown before anything is booked there", async ({ page }) => {
  await importFile(page, everyday("everyday.csv"));
  await previewImport(page, april);
  await page.getByLabel("Into account").selectOption({ label: "everyday" });
  await page.getByRole("button", { name: "Import 2 transactions" }).click();
  await expect(page.getByText("Adds to an account you have")).toBeVisible();
  await expect(page.getByText("Nothing has been yet.")).toBeVisible();
});

test("rows that are there already tell the account, and a new one can be had nevertheless", async ({ page }) => {
  await importFile(page, everyday("everyday.csv"));
  await previewImport(page, everyday("everyday (1).csv"));
  await expect(page.getByRole("button", { name: "Nothing new to import" })).toBeDisabled();
  await page.getByLabel("Into account").selectOption({ label: "A new account: everyday (1)" });
  await page.getByRole("button", { name: "Use this account" }).click();
  await page.getByRole("button", { name: "Import 3 transactions" }).click();
  await expect(page.getByText("3 transactions were imported.")).toBeVisible();
  await page.goto("/money");
  await expect(page.getByRole("region", { name: "Accounts" }).getByRole("listitem")).toHaveCount(2);
});

const unreadable = {
  "an empty file": Buffer.alloc(0),
  "a picture": Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", "latin1"),
  "an OFX that breaks off": Buffer.from("OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTTRNRS>"),
};
for (const [what, buffer] of Object.entries(unreadable)) {
  test(`${what} is refused in words, and nothing is imported`, async ({ page }) => {
    await page.goto("/money/imports");
    await chooseFile(page, { name: "statement.ofx", mimeType: "application/x-ofx", buffer });
    await expect(page.getByText(/Nothing was imported|could not be read|No file was chosen/).first()).toBeVisible();
    await page.goto("/money/imports");
    await expect(page.getByText("Nothing was imported yet.")).toBeVisible();
  });
}

test("a file is dropped on the page", { tag: "@scripted" }, async ({ page }) => {
  await page.goto("/");
  const content = await readFile(checkingCsv, "utf8");
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
    return data;
  }, content);
  await expect(page.locator(".drop-zone[data-ready]")).toBeVisible();
  const target = page.getByText("Drop a statement from your bank here");
  for (const type of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(type, { dataTransfer: transfer });
  await expect(page.getByRole("button", { name: "Import 23 transactions" })).toBeVisible();
});

test("transactions are moved to another category", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money?text=Netflix");
  await page.getByRole("checkbox", { name: /^Select Netflix/ }).first().check();
  await page.getByLabel("Category for the selected").fill("Leisure:Films");
  await page.getByRole("button", { name: "Change category" }).click();
  await expect(page.getByRole("link", { name: /Films/ })).toHaveCount(1);
});
