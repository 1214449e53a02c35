import type { Page } from "@playwright/test";
import { expectAccessible } from "../harness/axe.ts";
import { addRate, ask, checkingCsv, groceriesQuestion, importFile, march, previewImport, setBudget, writeRule } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

const withData = async (page: Page): Promise<void> => importFile(page, checkingCsv);

/** The page as a screen reader has it, without what differs from run to run. */
const outline = async (page: Page): Promise<string> => {
  const snapshot = await page.locator("body").ariaSnapshot();
  return snapshot
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "{id}")
    .replace(/[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{2}:\d{2} UTC/g, "{moment}")
    .replace(/\b\d+(\.\d)? (µs|ms|s)\b/g, "{duration}")
    .replace(/\d+ of 10, \d+ idle/g, "{connections}")
    .replace(/Test [0-9a-f]{8}/g, "{person}")
    .concat("\n");
};

/** Every page in every state that looks different, and how to get there. */
const states: Record<string, (page: Page) => Promise<void>> = {
  "first-steps": async (page) => {
    await page.goto("/");
  },
  "new-chat": async (page) => {
    await withData(page);
    await page.goto("/");
  },
  chat: async (page) => {
    await withData(page);
    await page.goto("/");
    await ask(page, groceriesQuestion);
    await page.reload();
  },
  "search-results": async (page) => {
    await withData(page);
    await page.goto("/");
    await ask(page, groceriesQuestion);
    await page.goto("/?q=groceries");
  },
  money: async (page) => {
    await withData(page);
    await page.goto("/money");
  },
  "money-filtered": async (page) => {
    await withData(page);
    await page.goto("/money?from=2024-03-01&to=2024-03-31&side=spending");
  },
  "money-selected": async (page) => {
    await withData(page);
    await page.goto("/money?text=Netflix");
    await page.getByRole("checkbox", { name: /^Select Netflix/ }).first().check();
  },
  "category-edited": async (page) => {
    await withData(page);
    await page.goto("/money?text=Netflix");
    await page.getByRole("link", { name: /^Streaming/ }).first().click();
    await expect(page.getByRole("combobox", { name: /^Category of Netflix/ })).toBeVisible();
  },
  recategorise: async (page) => {
    await withData(page);
    await page.goto("/money/recategorise?text=Netflix&new_category=Leisure:Films");
  },
  transaction: async (page) => {
    await withData(page);
    await page.goto("/money?text=Netflix");
    await page.getByRole("link", { name: /^Netflix/ }).first().click();
    await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
  },
  rates: async (page) => {
    await page.goto("/money/rates");
    await addRate(page, "2024-03-01", "EUR", "1.0825", "USD");
    // It offers today.
    await page.getByLabel("Day").fill("2024-03-01");
  },
  "import-unsure": async (page) => {
    await importFile(page, march("Corner Shop"));
    await previewImport(page, march("Zq Holdings"));
  },
  "money-empty": async (page) => {
    await page.goto("/money");
  },
  insights: async (page) => {
    await withData(page);
    await page.goto("/insights");
  },
  "insights-empty": async (page) => {
    await page.goto("/insights");
  },
  budgets: async (page) => {
    await withData(page);
    await page.goto("/money/budgets?month=2024-03");
    await setBudget(page, "Food:Groceries", "300");
  },
  goals: async (page) => {
    await page.goto("/money/goals");
  },
  rules: async (page) => {
    await withData(page);
    await page.goto("/money/rules");
    await writeRule(page, "corner", "Food:Coffee");
  },
  imports: async (page) => {
    await withData(page);
    await page.goto("/money/imports");
  },
  "import-preview": async (page) => {
    await previewImport(page, checkingCsv);
  },
  "import-result": withData,
  profile: async (page) => {
    await page.goto("/profile");
  },
  "profile-errors": async (page) => {
    await page.goto("/profile");
    await page.getByLabel("Annual income").fill("a lot");
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  assistant: async (page) => {
    await withData(page);
    await page.goto("/assistant");
    await page.getByRole("textbox", { name: "Remember this" }).fill("I share the rent with Sam.");
    await page.getByRole("button", { name: "Remember", exact: true }).click();
  },
  status: async (page) => {
    await page.goto("/status");
  },
  "not-found": async (page) => {
    await page.goto("/no/such/page");
  },
};

for (const [name, open] of Object.entries(states)) {
  test(`${name} is accessible, fits, and reads as it should`, async ({ page, scripted, store, isMobile }) => {
    await open(page);
    // Scripts change what a page offers; the snapshot is of the page at rest.
    await page.waitForLoadState("networkidle");
    const half = isMobile ? "mobile" : scripted ? "hydrate" : "no-js";
    expect(await outline(page)).toMatchSnapshot([half, name === "status" ? `status-${store}.yml` : `${name}.yml`]);
    const widths = isMobile ? [390] : [390, 768, 1440];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      if (scripted) await expectAccessible(page);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        const surplus = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect({ name, colorScheme, width, surplus }).toEqual({ name, colorScheme, width, surplus: 0 });
      }
    }
  });
}

test("the open side bar is accessible in light and dark", { tag: "@scripted" }, async ({ page }) => {
  await withData(page);
  await page.goto("/");
  const menu = page.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await menu.click();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectAccessible(page);
  }
});

test("a theme that was chosen stays", async ({ page }) => {
  await page.goto("/status");
  const menu = page.getByRole("button", { name: "Menu" });
  if (await menu.isVisible()) await menu.click();
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/money");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
