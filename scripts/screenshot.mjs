// Takes the README's picture from a running server whose local user has no data yet.
// Usage: node scripts/screenshot.mjs [URL] [FILE]
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { chromium } = createRequire(`${root}end2end/package.json`)("@playwright/test");
const [url = "http://127.0.0.1:3000", file = `${root}docs/screenshot.png`] = process.argv.slice(2);
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium"].find((path) => path && existsSync(path));

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: "light", reducedMotion: "reduce" });
const ask = async (question) => {
  await page.getByRole("textbox", { name: "Ask about your money" }).fill(question);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.waitForURL(/\/chats\//);
  await page.locator(".message:last-child[data-status=complete]").waitFor();
};
await page.goto(url);
const sample = page.getByRole("button", { name: "Try with sample data" });
if (await sample.isVisible()) await sample.click();
for (const question of ["What changed since last month?", "Top payees this year", "How much did I spend on groceries last month?"]) {
  await page.goto(url);
  await page.waitForLoadState("networkidle");
  await ask(question);
}
await page.reload();
await page.evaluate(() => window.scrollTo(0, 0));
await page.screenshot({ path: file });
await browser.close();
