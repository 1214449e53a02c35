import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { Server, type StoreKind } from "./server.ts";

export { expect } from "@playwright/test";
export type { StoreKind } from "./server.ts";

export interface WorkerOptions {
  store: StoreKind;
}

interface WorkerFixtures {
  /** The worker's server. It trusts the identity headers, so every test is a person of its own. */
  server: Server;
}

interface TestFixtures {
  /** The identity provider's id of this test's person. */
  user: string;
  /** Whether the pages run their scripts. */
  scripted: boolean;
  /** A signed-in second person in a context of their own. */
  otherPage: Page;
}

export const identity = (user: string): Record<string, string> => ({
  "X-Forwarded-User": user,
  "X-Forwarded-Email": `${user}@example.com`,
  "X-Forwarded-Preferred-Username": `Test ${user.slice(0, 8)}`,
});

/** Fails the test when a page complains, breaks, or asks any other origin for anything. */
export const watch = (context: BrowserContext, origin: string, scripted = true): { complaints: string[] } => {
  const complaints: string[] = [];
  context.on("console", (message) => {
    // The browser's own words for a 4xx that a test asks for; the page's scripts have no part in them.
    if (message.text().startsWith("Failed to load resource")) return;
    // With scripts off nobody uses what the page loads ahead for them.
    if (!scripted && message.text().includes("was preloaded using link preload but not used")) return;
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`console ${message.type()} on ${message.page()?.url()}: ${message.text()}`);
    }
  });
  context.on("weberror", (error) => complaints.push(`uncaught: ${String(error.error())}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !["data:", "blob:", "about:"].includes(url.protocol)) {
      complaints.push(`request to another origin: ${url.href}`);
    }
  });
  context.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} from ${response.url()}`);
  });
  return { complaints };
};

export const test = base.extend<TestFixtures, WorkerOptions & WorkerFixtures>({
  store: ["memory", { option: true, scope: "worker" }],
  server: [
    async ({ store }, use) => {
      const server = await Server.start({ store, trustForwardedHeaders: true });
      await use(server);
      await server.remove();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  user: async ({}, use) => use(randomUUID()),
  scripted: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled ?? true),
  extraHTTPHeaders: async ({ user }, use) => use(identity(user)),
  context: async ({ context, server, scripted }, use) => {
    const watched = watch(context, server.url, scripted);
    await use(context);
    expect(watched.complaints).toEqual([]);
  },
  otherPage: async ({ browser, contextOptions, server, scripted }, use) => {
    const context = await browser.newContext({
      ...contextOptions,
      baseURL: server.url,
      extraHTTPHeaders: identity(randomUUID()),
    });
    const watched = watch(context, server.url, scripted);
    await use(await context.newPage());
    await context.close();
    expect(watched.complaints).toEqual([]);
  },
});
