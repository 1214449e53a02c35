import { readFileSync } from "node:fs";
import { importFile } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

const file = process.env.LAKELEDGER_HOSTILE_TEXTS ?? new URL("../fixtures/hostile.json", import.meta.url);
const texts: string[] = JSON.parse(readFileSync(file, "utf8"));
const atOnce = 40;

const quoted = (text: string): string => `"${text.replaceAll('"', '""').replace(/[\r\n\0]+/g, " ")}"`;
const short = (text: string, length: number): string => Array.from(text.trim()).slice(0, length).join("") || "empty";

for (let from = 0; from < texts.length; from += atOnce) {
  const some = texts.slice(from, from + atOnce);
  const last = from + some.length;
  // The fixture `context` fails the test on any request to another origin and any script's complaint.
  test(`hostile texts ${from + 1} to ${last} stay texts, wherever they are shown`, { tag: "@once" }, async ({ page, scripted }) => {
    test.setTimeout(240_000);
    page.on("dialog", (dialog) => {
      throw new Error(`a script ran: ${dialog.message()}`);
    });
    const expectInert = async (): Promise<void> => {
      await page.waitForLoadState("load");
      if (scripted) expect(await page.evaluate(() => "pwned" in window)).toBe(false);
      // Every link of the page leads into the page's own origin.
      const links = await page.getByRole("link").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href ?? ""));
      for (const href of links) expect(href).toMatch(/^(http:\/\/127\.0\.0\.1:\d+\/|https:\/\/|mailto:|$)/);
    };

    await test.step("as payees and descriptions", async () => {
      const rows = some.map((text, index) => `2024-03-${String(1 + (index % 28)).padStart(2, "0")},${quoted(text)},${quoted(text)},-${index + 1}.00`);
      const csv = `Date,Payee,Description,Amount\n${rows.join("\n")}\n`;
      await importFile(page, { name: `${short(some[0] ?? "", 60).replaceAll("/", "_")}.csv`, mimeType: "text/csv", buffer: Buffer.from(csv) });
      await expectInert();
      for (const path of ["/money", "/money/imports", "/"]) {
        await page.goto(path);
        await expectInert();
      }
    });

    await test.step("as questions and titles", async () => {
      let chat = "";
      for (const text of some) {
        if (text.trim() === "") continue;
        const title = await page.request.post("/api/v1/chats", { data: { title: short(text, 100) } });
        expect(title.status()).toBeLessThan(500);
        if (title.ok()) chat = ((await title.json()) as { id: string }).id;
        const sent = await page.request.post(`/api/v1/chats/${chat}/messages`, { data: { text } });
        expect(sent.status()).toBeLessThan(500);
      }
      await page.goto("/?q=");
      await expectInert();
      const chats = (await (await page.request.get("/api/v1/chats?limit=100")).json()) as { items: { id: string }[] };
      for (const { id } of chats.items) {
        await page.goto(`/chats/${id}`);
        await expectInert();
      }
    });

    await test.step("as answers that name payees", async () => {
      await page.goto("/");
      await page.getByRole("textbox", { name: "Ask about your money" }).fill("Top payees in March 2024");
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await expect(page).toHaveURL(/\/chats\//);
      await expectInert();
    });

    await test.step("as the profile", async () => {
      await page.goto("/profile");
      await page.getByLabel("Anything else the assistant should know").fill(some.join("\n").replaceAll("\0", "").slice(0, 3_900));
      await page.getByLabel("Employer", { exact: true }).fill(short(some.at(-1) ?? "", 60));
      await page.getByLabel("Name", { exact: true }).first().fill(short(some[0] ?? "", 60));
      await page.getByRole("button", { name: "Save profile" }).click();
      await expectInert();
      await page.goto("/");
      await expectInert();
    });

    await test.step("as questions that are refused", async () => {
      for (const text of scripted ? some.slice(0, 1) : some.slice(0, 10)) {
        await page.goto("/");
        await page.getByRole("textbox", { name: "Ask about your money" }).fill(text + " and so on".repeat(2_000));
        await page.getByRole("button", { name: "Send", exact: true }).click();
        await expect(page.locator("#composer-error")).toBeVisible();
        await expectInert();
      }
    });

    await test.step("in addresses", async () => {
      for (const text of some.slice(0, 10)) {
        await page.goto(`/?q=${encodeURIComponent(text)}`);
        await expectInert();
        await page.goto(`/money?text=${encodeURIComponent(text)}&category=${encodeURIComponent(text)}&from=${encodeURIComponent(text)}`);
        await expectInert();
      }
    });
  });
}
