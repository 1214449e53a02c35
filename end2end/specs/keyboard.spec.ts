import { answers, checkingCsv, composer, groceriesInMarch, groceriesQuestion, importFile } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test("everything is reached by keyboard, and what has the focus shows it", async ({ page }) => {
  await page.goto("/status");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.goto("/profile");
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return "none focused";
      // The browser highlights the part of a date that is typed next.
      if (focused instanceof HTMLInputElement && focused.type === "date") return "visible";
      const { outlineStyle, boxShadow, borderColor } = getComputedStyle(focused);
      return outlineStyle !== "none" || boxShadow !== "none" ? "visible" : `${focused.outerHTML.slice(0, 120)} ${borderColor}`;
    });
    if (outline === "none focused") break;
    expect(outline).toBe("visible");
  }
});

test("a question is asked with Enter, and Shift with Enter begins a new line", { tag: "@scripted" }, async ({ page }) => {
  await importFile(page, checkingCsv);
  await page.goto("/");
  await page.waitForLoadState("networkidle");
  await composer(page).focus();
  await page.keyboard.type("How much did I spend on groceries");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("in March 2024?");
  await expect(composer(page)).toHaveValue("How much did I spend on groceries\nin March 2024?");
  await page.keyboard.press("Enter");
  await expect(answers(page).last()).toContainText(groceriesInMarch);
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type(groceriesQuestion);
  await page.keyboard.press("Enter");
  await expect(answers(page)).toHaveCount(2);
});
