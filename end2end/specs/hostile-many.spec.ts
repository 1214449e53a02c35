import type { APIResponse, Page } from "@playwright/test";
import { calls, says, type Turn } from "../harness/emulator.ts";
import { hostileTexts, offences } from "../harness/hostile.ts";
import { expect, test } from "../harness/modelled.ts";
import { answers, ask } from "../harness/pages.ts";

// `LAKELEDGER_HOSTILE_COUNT=10000 scripts/e2e.sh --project=hydrate hostile-many` is the long run.
const count = Number(process.env.LAKELEDGER_HOSTILE_COUNT ?? 250);
const seed = Number(process.env.LAKELEDGER_HOSTILE_SEED ?? 1);
const perTest = 500;
const texts = hostileTexts(count, seed);

test.use({ environment: { LAKELEDGER_CHAT_RATE_PER_MINUTE: "1000000", LAKELEDGER_IMPORT_RATE_PER_MINUTE: "1000000" } });

const chunks = <T>(list: T[], length: number): T[][] => Array.from({ length: Math.ceil(list.length / length) }, (_, index) => list.slice(index * length, (index + 1) * length));
const quoted = (text: string): string => `"${text.replaceAll('"', '""').replace(/[\r\n\0]+/g, " ")}"`;

/** Goes to a page and finds nothing on it that could act. */
const visit = async (page: Page, path: string): Promise<void> => {
  await page.goto(path);
  await page.waitForLoadState("load");
  expect(await offences(page)).toEqual([]);
};

/** What was refused in good order is no text of the page; anything but that and success is a fault. */
const taken = (response: APIResponse): boolean => {
  expect(response.status()).toBeLessThan(500);
  return response.ok();
};

const ids = async (response: APIResponse): Promise<string[]> => ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id);

const newChat = async (page: Page, title: string): Promise<string | undefined> => {
  const response = await page.request.post("/api/v1/chats", { data: { title } });
  return taken(response) ? ((await response.json()) as { id: string }).id : undefined;
};

/** Asks, and comes back once the answer's last event is there. */
const asked = async (page: Page, chat: string, text: string): Promise<boolean> => {
  const response = await page.request.post(`/api/v1/chats/${chat}/messages`, { data: { text } });
  if (!taken(response)) return false;
  const { run_id } = (await response.json()) as { run_id: string };
  const events = await page.request.get(`/api/v1/runs/${run_id}/events`);
  expect(await events.text()).toContain("event: done");
  return true;
};

/** A model's answer that says each text in a block of its own. */
const block = (some: string[]): Turn => says(...some.flatMap((text) => [text, "\n\n"]), "That is all.");

test("what could act is seen where it stands", { tag: ["@scripted", "@once"] }, async ({ page, baseURL }) => {
  const acting = ["<img src=/x>", "<a href='javascript:x()'>x</a>", "<a href=//foreign.example/>x</a>", "<p onclick=x()>x</p>", "<p style=color:red>x</p>", "<form action=https://foreign.example/></form>", "<script>window.pwned = 1</script>", "<a href=data:text/html,x>x</a>"];
  for (const html of acting) {
    await page.route("**/acting", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html><title>x</title>${html}` }));
    await page.goto(`${baseURL}/acting`);
    expect(await offences(page), html).not.toEqual([]);
    await page.unroute("**/acting");
  }
});

for (const [index, some] of chunks(texts, perTest).entries()) {
  const range = `${index * perTest + 1} to ${index * perTest + some.length}`;
  test(`hostile texts ${range} of seed ${seed} do nothing in any place`, { tag: ["@scripted", "@once"] }, async ({ page, emulator }) => {
    test.setTimeout(600_000);
    page.on("dialog", (dialog) => {
      throw new Error(`a script ran: ${dialog.message()}`);
    });

    await test.step("as payees and descriptions, which tools give back", async () => {
      const row = (text: string, place: number): string => `2024-0${1 + (place % 9)}-${String(1 + (place % 28)).padStart(2, "0")},${quoted(text)},${quoted(text)},-${place + 1}.00`;
      const file = { name: "hostile.csv", mimeType: "text/csv", buffer: Buffer.from(["Date,Payee,Description,Amount", ...some.map(row)].join("\n")) };
      const imported = await page.request.post("/api/v1/imports", { multipart: { file } });
      expect(imported.status()).toBe(201);
      for (let month = 1; month <= 9; month += 1) await visit(page, `/money?from=2024-0${month}-01&to=2024-0${month}-31`);
      for (const path of ["/", "/money/rules", "/money/budgets", "/insights"]) await visit(page, path);
      for (const id of (await ids(await page.request.get("/api/v1/transactions?limit=5"))).slice(0, 5)) await visit(page, `/money/transactions/${id}`);
      const chat = (await newChat(page, "Tools")) ?? "";
      for (let month = 1; month <= 9; month += 1) {
        const input = { from: `2024-0${month}-01`, to: `2024-0${month}-28`, n: 50 };
        await emulator.script(calls("list_transactions", input), calls("top_payees", input), calls("spending", { ...input, payee: some[month], group_by: "payee" }), block(some.slice(month * 5, month * 5 + 5)));
        expect(await asked(page, chat, "Who was paid?")).toBe(true);
      }
      await visit(page, `/chats/${chat}`);
    });

    await test.step("as names of files", async () => {
      for (const [place, text] of some.entries()) {
        const name = `${text.replace(/[\r\n\0]/g, " ").slice(0, 200)}.csv`;
        const file = { name, mimeType: "text/csv", buffer: Buffer.from(`Date,Payee,Amount\n2023-01-01,Bakery ${index} ${place},-1`) };
        taken(await page.request.post("/api/v1/imports", { multipart: { file } }));
      }
      await visit(page, "/money/imports");
    });

    await test.step("as questions and titles", async () => {
      for (const part of chunks(some, 25)) {
        let chat = "";
        for (const text of part) chat = (await newChat(page, text.slice(0, 100).trim())) ?? chat;
        // Titles are texts of one line; a question holds whatever comes.
        if (chat === "") chat = (await newChat(page, "Questions")) ?? "";
        for (const few of chunks(part, 5)) {
          await emulator.script(says("Yes."));
          if (!(await asked(page, chat, few.join("\n")))) expect(few.join("")).toContain("\0");
        }
        await visit(page, `/chats/${chat}`);
        await visit(page, "/?q=");
      }
    });

    await test.step("as a model's words, read later", async () => {
      for (const part of chunks(some, 100)) {
        const chat = (await newChat(page, "Model")) ?? "";
        for (const few of chunks(part, 5)) {
          await emulator.script(block(few));
          expect(await asked(page, chat, "Go on.")).toBe(true);
        }
        await visit(page, `/chats/${chat}`);
      }
    });

    await test.step("as a model's words while they come, and as what it saw", async () => {
      await page.goto("/");
      for (const part of chunks(some.slice(0, 100), 50)) {
        await emulator.script(block(part));
        const answer = await ask(page, "Go on.");
        await expect(answer).toContainText("That is all.");
        expect(await offences(page)).toEqual([]);
      }
      await page.reload();
      await answers(page).last().getByRole("link", { name: "What the model saw" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "What the model saw" })).toBeVisible();
      expect(await offences(page)).toEqual([]);
    });

    await test.step("in a search", async () => {
      for (const text of some.slice(0, 10)) await visit(page, `/?q=${encodeURIComponent(text.slice(0, 400))}`);
    });
  });
}
