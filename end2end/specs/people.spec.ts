import { ask, checkingCsv, groceriesQuestion, importFile } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

test("two people never see each other's data", async ({ page, otherPage }) => {
  await importFile(page, checkingCsv);
  const importUrl = page.url();
  await page.goto("/");
  await ask(page, groceriesQuestion);
  const chatUrl = page.url();
  await page.goto("/profile");
  await page.getByLabel("Employer", { exact: true }).fill("Northwind Traders");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();

  for (const url of [importUrl, chatUrl]) {
    const response = await otherPage.goto(url);
    expect(response?.status()).toBe(404);
    await expect(otherPage.getByRole("heading", { name: "Nothing is here" })).toBeVisible();
  }
  await otherPage.goto("/profile");
  await expect(otherPage.getByLabel("Employer", { exact: true })).toHaveValue("");
  await otherPage.goto("/money");
  await expect(otherPage.getByText("No accounts yet.")).toBeVisible();
  await otherPage.goto("/?q=groceries");
  await expect(otherPage.getByText("Nothing found.")).toBeVisible();

  const chat = new URL(chatUrl).pathname;
  const run = await page.request.get(`/api/v1${chat}/messages`).then((response) => response.json());
  const runId = run.items.find(({ run_id }: { run_id: string | null }) => run_id !== null).run_id as string;
  const asOther = otherPage.context().request;
  for (const [method, path] of [
    ["GET", `/api/v1${chat}`],
    ["GET", `/api/v1${chat}/messages`],
    ["DELETE", `/api/v1${chat}`],
    ["GET", `/api/v1/runs/${runId}/events`],
    ["POST", `/api/v1/runs/${runId}/cancel`],
    ["GET", `/api/v1/imports/${importUrl.split("/").at(-1)}`],
    ["DELETE", `/api/v1/imports/${importUrl.split("/").at(-1)}`],
    ["POST", `${chat}/rename`],
    ["POST", `${chat}/delete`],
  ] as const) {
    const form = path.startsWith("/api") ? {} : { form: { title: "Mine now" } };
    const response = await asOther.fetch(path, { method, maxRedirects: 0, ...form });
    expect(`${method} ${path} ${response.status()}`).toBe(`${method} ${path} 404`);
  }
  await page.goto(chatUrl);
  await expect(page.getByRole("heading", { level: 1, name: /groceries/ })).toBeVisible();
});
