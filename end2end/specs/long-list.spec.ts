import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect, test } from "../harness/test.ts";

const rowCount = 100_000;
const payees = ["Corner Coffee", "Whole Foods", "Shell Oil", "City Transit", "Book Nook", "Aldi"];

/** The newest row is row 0; each day has forty. */
const longCsv = (): string => {
  const lines = ["Date,Payee,Amount"];
  const newest = Date.UTC(2024, 11, 31);
  for (let row = rowCount - 1; row >= 0; row -= 1) {
    const day = new Date(newest - Math.floor(row / 40) * 86_400_000).toISOString().slice(0, 10);
    lines.push(`${day},${payees[row % payees.length]} ${row},-${(row % 90) + 1}.${String(row % 100).padStart(2, "0")}`);
  }
  return lines.join("\n");
};

const importLong = async (request: APIRequestContext): Promise<void> => {
  const file = { name: "long.csv", mimeType: "text/csv", buffer: Buffer.from(longCsv()) };
  const response = await request.post("/api/v1/imports", { multipart: { file }, timeout: 120_000 });
  expect(response.status()).toBe(201);
};

const rows = (page: Page): Locator => page.locator(".transactions tbody tr");

/** The places of the rows that the window shows, by what they say of themselves; none where it shows blank space. */
const seen = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const places: number[] = [];
    for (const row of document.querySelectorAll(".transactions tbody tr")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) places.push(Number(row.getAttribute("aria-rowindex")) - 2);
    }
    return places;
  });

test.describe("a list of 100,000 transactions", () => {
  test.describe.configure({ timeout: 180_000 });

  test("is one page that holds few rows and jumps anywhere", { tag: ["@scripted", "@once"] }, async ({ page }) => {
    await importLong(page.request);
    await page.goto("/money");
    const list = page.locator(".transaction-list[data-ready]");
    await expect(list).toBeVisible();
    await expect(page.getByRole("table", { name: "Transactions, newest first" })).toHaveAttribute("aria-rowcount", String(rowCount + 1));
    const newest = await rows(page).first().innerText();

    const heightPx = await page.evaluate(() => document.documentElement.scrollHeight);
    const rowPx = (await rows(page).first().boundingBox())!.height;
    expect(heightPx).toBeGreaterThan(rowCount * rowPx);

    const jump = async (place: number): Promise<void> => {
      await page.evaluate((share) => {
        const body = document.querySelector(".transactions tbody")!;
        const { top, height } = body.getBoundingClientRect();
        scrollTo(0, top + scrollY + height * share);
      }, place / rowCount);
      await expect.poll(async () => (await seen(page)).includes(place)).toBe(true);
      expect(await rows(page).count()).toBeLessThan(250);
    };
    for (const place of [50_000, 99_000, 1_000, 73_210]) await jump(place);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(heightPx);

    await page.keyboard.press("End");
    await expect.poll(async () => (await seen(page)).includes(rowCount - 1)).toBe(true);
    await expect(rows(page).last()).toHaveAttribute("aria-rowindex", String(rowCount + 1));
    await page.keyboard.press("Home");
    await expect(rows(page).first()).toHaveText(newest, { useInnerText: true });
    expect(await rows(page).count()).toBeLessThan(250);
  });

  test("shows no blank while it is scrolled, and keeps the place on the way back", { tag: ["@scripted", "@once"] }, async ({ page }) => {
    await importLong(page.request);
    await page.goto("/money");
    await expect(page.locator(".transaction-list[data-ready]")).toBeVisible();
    await page.evaluate(() => document.querySelector(".transactions")!.scrollIntoView());
    await page.mouse.move(640, 450);
    for (let turn = 0; turn < 60; turn += 1) {
      await page.mouse.wheel(0, 600);
      await expect.poll(async () => (await seen(page)).length, { timeout: 1_000 }).toBeGreaterThan(10);
    }
    // What the last turn began goes on for a while.
    await page.evaluate(async () => {
      for (let last = -1; last !== scrollY; ) {
        last = scrollY;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    });
    const before = await seen(page);
    expect(before[0]).toBeGreaterThan(300);
    // The rows are those of their places: they follow one another.
    expect(before).toEqual(before.map((_, index) => before[0]! + index));

    await expect(page).toHaveURL(/offset=/);
    const y = await page.evaluate(() => scrollY);
    // A row that is seen whole, so that nothing scrolls for the click.
    await page.locator(`.transactions tbody tr[aria-rowindex="${before[5]! + 2}"] .payee`).click();
    await expect(page).toHaveURL(/\/money\/transactions\//);
    await page.goBack();
    await expect(page.locator(".transaction-list[data-ready]")).toBeVisible();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(y);
    await expect.poll(() => seen(page)).toEqual(before);
  });

  test("is walked by keyboard, and remembers what was selected", { tag: ["@scripted", "@once"] }, async ({ page }) => {
    await importLong(page.request);
    await page.goto("/money");
    await expect(page.locator(".transaction-list[data-ready]")).toBeVisible();
    const focused = (): Promise<number> =>
      page.evaluate(() => Number(document.activeElement?.closest("tr")?.getAttribute("aria-rowindex")) - 2);
    await rows(page).first().getByRole("checkbox").check();
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).toBe(1);
    await page.keyboard.press("End");
    await expect.poll(focused).toBe(rowCount - 1);
    await page.keyboard.press("Space");
    await page.keyboard.press("Home");
    await expect.poll(focused).toBe(0);
    await expect(rows(page).first().getByRole("checkbox")).toBeChecked();
    await expect(page.getByText("Category for the selected (2)")).toBeVisible();
    await page.getByLabel("Category for the selected").fill("Leisure:Films");
    const changed = page.waitForResponse((response) => response.url().includes("/money/categorise"));
    await page.getByRole("button", { name: "Change category" }).click();
    await changed;
    await page.goto("/money?category=Leisure:Films");
    await expect(page.locator(".sums > :first-child")).toHaveText("2 transactions");
  });

  test("is read page by page without scripts", { tag: "@once" }, async ({ page, scripted }) => {
    test.skip(scripted, "with scripts the page scrolls");
    await importLong(page.request);
    await page.goto("/money");
    await page.getByRole("link", { name: "Older transactions" }).click();
    await expect(rows(page).first()).toHaveAttribute("aria-rowindex", "102");
    await page.getByRole("link", { name: "Oldest" }).click();
    await expect(rows(page).last()).toHaveAttribute("aria-rowindex", String(rowCount + 1));
    await page.getByRole("link", { name: "Newer transactions" }).click();
    await expect(rows(page).first()).toHaveAttribute("aria-rowindex", String(rowCount - 200 + 2));
  });
});
