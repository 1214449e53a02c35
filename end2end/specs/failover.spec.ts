import { Gateway } from "../harness/gateway.ts";
import { answers, ask, checkingCsv, groceriesInMarch, groceriesQuestion, importFile, openSideBar } from "../harness/pages.ts";
import { Server } from "../harness/server.ts";
import { expect, identity, test as base } from "../harness/test.ts";

interface StorageStatus {
  mode: string;
  pending_changes: number;
}

/** A server whose way to the database can be cut. */
const test = base.extend<{ gateway: Gateway; cutOff: Server }>({
  gateway: async ({}, use) => {
    const gateway = await Gateway.open(process.env.TEST_DATABASE_URL ?? "");
    await use(gateway);
    await gateway.cut();
  },
  cutOff: async ({ gateway }, use) => {
    const server = await Server.start({ store: "postgres", trustForwardedHeaders: true, databaseUrl: gateway.url });
    await use(server);
    await server.remove();
  },
  baseURL: async ({ cutOff }, use) => use(cutOff.url),
  server: [
    async ({}, use) => {
      // The tests here have servers of their own.
      await use(undefined as never);
    },
    { scope: "worker" },
  ],
  context: async ({ browser, contextOptions, baseURL, user }, use) => {
    const context = await browser.newContext({ ...contextOptions, baseURL, extraHTTPHeaders: identity(user) });
    await use(context);
    await context.close();
  },
});

const storage = async (server: Server, user: string): Promise<StorageStatus> => {
  const response = await fetch(`${server.url}/api/v1/status`, { headers: identity(user) });
  const status = (await response.json()) as { storage: StorageStatus };
  return status.storage;
};

const isBack = (server: Server, user: string) =>
  expect.poll(async () => storage(server, user), { timeout: 15_000 }).toMatchObject({ mode: "postgres", pending_changes: 0 });

test("an open conversation goes on while the database is away, and all of it is there afterwards", async ({ page, gateway, cutOff, user }) => {
  await isBack(cutOff, user);
  await importFile(page, checkingCsv);
  await page.goto("/");
  await ask(page, groceriesQuestion);

  await gateway.cut();
  await ask(page, "And in February 2024?");
  await page.reload();
  await expect(page.getByRole("status").filter({ hasText: "Saving locally" })).toBeVisible();
  await expect(answers(page)).toHaveCount(2);
  await expect(answers(page).first()).toContainText(groceriesInMarch);
  await expect(answers(page).last()).toContainText("$102.67");
  await page.goto("/profile");
  await page.getByRole("region", { name: "About you" }).getByLabel("Name").fill("Ada while away");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/status");
  await expect(page.getByText("On this machine")).toBeVisible();

  await gateway.restore();
  await isBack(cutOff, user);
  // Without the journal nothing but the database can have it.
  await cutOff.stop();
  await cutOff.forget();
  await cutOff.run();
  await isBack(cutOff, user);
  await page.goto("/profile");
  await expect(page.getByRole("region", { name: "About you" }).getByLabel("Name")).toHaveValue("Ada while away");
  await openSideBar(page);
  await page.getByRole("navigation", { name: "Chats" }).getByRole("link").first().click();
  await expect(answers(page)).toHaveCount(2);
  await expect(page.getByText("Saving locally")).toHaveCount(0);
});

test("with the database away from the start the app works, and moves over when it comes", async ({ page, gateway, cutOff, user }) => {
  await cutOff.stop();
  await gateway.cut();
  await cutOff.run();
  await importFile(page, checkingCsv);
  await page.goto("/");
  await expect(page.getByRole("status").filter({ hasText: "Saving locally" })).toBeVisible();
  await ask(page, groceriesQuestion);
  await cutOff.stop("SIGKILL");
  await cutOff.run();
  expect(await storage(cutOff, user)).toMatchObject({ mode: "memory" });

  await gateway.restore();
  await isBack(cutOff, user);
  await cutOff.stop();
  await cutOff.forget();
  await cutOff.run();
  await isBack(cutOff, user);
  await page.goto("/");
  await openSideBar(page);
  await page.getByRole("navigation", { name: "Chats" }).getByRole("link").first().click();
  await expect(answers(page).first()).toContainText(groceriesInMarch);
});
