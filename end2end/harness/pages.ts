import { expect, type Locator, type Page } from "@playwright/test";
import { fileURLToPath } from "node:url";

export type Upload = string | { name: string; mimeType: string; buffer: Buffer };

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** January to March 2024: pay, rent, groceries of $274.30 in March, two equal coffees on one day. 23 rows. */
export const checkingCsv = fixture("everyday-checking.csv");
/** January to February 2024: transfers and interest, a stated balance of $1,807.23. 4 rows. */
export const savingsOfx = fixture("holiday-savings.ofx");

export const groceriesQuestion = "How much did I spend on groceries in March 2024?";
export const groceriesInMarch = "$274.30";

export const composer = (page: Page): Locator => page.getByRole("textbox", { name: "Ask about your money" });

export const answers = (page: Page): Locator =>
  page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Answer" }) });

/** Whether the page runs its scripts: with them off, what stands in <noscript> is a part of the page. */
const runsScripts = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const probe = document.createElement("div");
    probe.innerHTML = "<noscript><i></i></noscript>";
    return probe.querySelector("i") === null;
  });

/** Chooses a file on the page that is open; with scripts that sends it, without them a button does. */
export const chooseFile = async (page: Page, file: Upload): Promise<void> => {
  const read = page.getByRole("button", { name: "Read the file" });
  const isScripted = await runsScripts(page);
  if (isScripted) await expect(page.locator(".drop-zone[data-ready]")).toBeVisible();
  await page.getByLabel("Statement file").setInputFiles(file);
  if (!isScripted) await read.click();
};

/** Reads a file and stays on the page that tells what importing it would do. */
export const previewImport = async (page: Page, file: Upload): Promise<void> => {
  await page.goto("/money/imports");
  await chooseFile(page, file);
  await expect(page.getByText("This is what would be imported.")).toBeVisible();
};

/** Imports a file through its preview. */
export const importFile = async (page: Page, file: Upload): Promise<void> => {
  await previewImport(page, file);
  await page.getByRole("button", { name: /^Import \d/ }).click();
  await expect(page.getByText(/transactions? (was|were) imported\./)).toBeVisible();
};

/** Asks in the chat that is open, or a new one; comes back with the whole answer. */
export const ask = async (page: Page, question: string): Promise<Locator> => {
  const before = await answers(page).count();
  await composer(page).fill(question);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(answers(page)).toHaveCount(before + 1);
  await expect(page).toHaveURL(/\/chats\/[0-9a-f-]{36}/);
  const answer = answers(page).last();
  await expect(answer).not.toHaveAttribute("aria-busy", "true");
  return answer;
};

/** Opens the side bar where it is a drawer. */
export const openSideBar = async (page: Page): Promise<void> => {
  const menu = page.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await menu.click();
};

/** How many transactions the page of transactions is about. */
export const transactionCount = (page: Page): Locator => page.locator(".sums > :first-child");

export const setBudget = async (page: Page, category: string, amount: string): Promise<void> => {
  const form = page.getByRole("region", { name: "Set a budget" });
  await form.getByLabel("Category").fill(category);
  await form.getByLabel("Amount a month").fill(amount);
  await form.getByRole("button", { name: "Set budget" }).click();
  await expect(page.getByRole("list", { name: "Budgets of the month" })).toBeVisible();
};

export const writeRule = async (page: Page, text: string, category: string): Promise<void> => {
  const form = page.getByRole("region", { name: "Write a rule" });
  await form.getByLabel("Contains").fill(text);
  await form.getByLabel("Category").fill(category);
  await form.getByRole("button", { name: "Add rule" }).click();
  await expect(page.getByText(`text contains “${text}”`)).toBeVisible();
};

/** A file with a row of day, payee and amount in each line. */
export const csv = (name: string, rows: string[]): Upload => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(["Date,Payee,Amount", ...rows].join("\n")),
});

export const addRate = async (page: Page, day: string, from: string, rate: string, to: string): Promise<void> => {
  const form = page.getByRole("region", { name: "Add a rate" });
  await form.getByLabel("Day").fill(day);
  await form.getByLabel("From", { exact: true }).fill(from);
  await form.getByLabel("Rate", { exact: true }).fill(rate);
  await form.getByLabel("To", { exact: true }).fill(to);
  await form.getByRole("button", { name: "Save the rate" }).click();
  await expect(page.getByRole("rowheader", { name: `${from} in ${to}` })).toBeVisible();
};

/** A file whose row of $12.50 stands between days that every other such file covers too, so that a second one is unsure. */
export const march = (payee: string): Upload => csv("daily.csv", ["2024-03-01,Bakery,-2", `2024-03-03,${payee},-12.50`, "2024-03-05,Bakery,-3"]);
