import { checkingCsv, importFile, setBudget, writeRule } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test("a budget is refused, set, changed and removed", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money/budgets?month=2024-03");
  const form = page.getByRole("region", { name: "Set a budget" });
  await form.getByLabel("Category").fill("Food:Groceries");
  await form.getByLabel("Amount a month").fill("much");
  await form.getByRole("button", { name: "Set budget" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(form.getByLabel("Category")).toHaveValue("Food:Groceries");

  await setBudget(page, "Food:Groceries", "300");
  const budget = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Food · Groceries" }) });
  await expect(budget).toContainText("300.00");
  await budget.getByText("Change").click();
  await budget.getByLabel("Amount a month").fill("450.50");
  await budget.getByRole("button", { name: "Save" }).click();
  await expect(budget).toContainText("450.50");

  await budget.getByText("Change").click();
  await budget.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No budget in this month")).toBeVisible();
});

test("a goal is added, changed and removed", async ({ page }) => {
  await page.goto("/money/goals");
  const form = page.getByRole("region", { name: "Add a goal" });
  await form.getByLabel("Amount").fill("12000");
  await form.getByRole("button", { name: "Add goal" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await form.getByLabel("Name").fill("New car");
  await form.getByLabel("Saved so far").fill("3000");
  await form.getByRole("button", { name: "Add goal" }).click();

  const goal = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "New car" }) });
  await expect(goal).toContainText("25");
  await goal.getByText("Change").click();
  await goal.getByLabel("Saved so far").fill("6000");
  await goal.getByRole("button", { name: "Save" }).click();
  await expect(goal).toContainText("50");

  await goal.getByText("Change").click();
  await goal.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("No goal yet")).toBeVisible();
});

test("rules are written, put in order, applied and removed", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/money/rules");
  await writeRule(page, "a", "Food:Coffee");
  await page.getByRole("button", { name: "Apply the rules" }).click();
  await expect(page.getByRole("status").filter({ hasText: "applied" })).toBeVisible();
  await expect(page.getByText("Every transaction is as these rules want it")).toBeVisible();

  await writeRule(page, "market", "Food:Groceries");
  await page.getByRole("button", { name: "Move up rule 2" }).click();
  await expect(page.getByRole("list").locator(".rule").first()).toContainText("market");
  await page.getByRole("button", { name: "Remove rule 1" }).click();
  await expect(page.getByText("text contains “market”")).toHaveCount(0);
});

test("insights stand beside their figures", async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/insights");
  for (const name of ["Cash flow", "Where it goes", "Net worth", "What comes again"]) {
    await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
  }
  const months = page.getByRole("region", { name: "Cash flow by month" });
  await months.getByRole("row").nth(1).getByRole("link").last().click();
  await expect(page).toHaveURL(/side=spending/);
});
