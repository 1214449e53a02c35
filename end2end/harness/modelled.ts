import { Emulator, endpoint } from "./emulator.ts";
import { Server } from "./server.ts";
import { identity, test as base, watch } from "./test.ts";

export { expect } from "@playwright/test";

interface ModelledFixtures {
  /** More of the server's environment. */
  environment: Record<string, string>;
  emulator: Emulator;
  modelled: Server;
}

/** A server with a workspace of its own, whose model says what the test writes. */
export const test = base.extend<ModelledFixtures>({
  environment: [{}, { option: true }],
  emulator: async ({}, use) => {
    const emulator = await Emulator.start();
    await use(emulator);
    await emulator.stop();
  },
  modelled: async ({ emulator, store, environment }, use) => {
    const model = { ...emulator.environment, SERVING_ENDPOINT: endpoint, SERVING_RETRY_SECONDS: "1", SERVING_IDLE_SECONDS: "5", ...environment };
    const server = await Server.start({ store, trustForwardedHeaders: true, environment: model });
    await use(server);
    await server.remove();
  },
  baseURL: async ({ modelled }, use) => use(modelled.url),
  server: [
    async ({}, use) => {
      // The tests here have servers of their own.
      await use(undefined as never);
    },
    { scope: "worker" },
  ],
  context: async ({ browser, contextOptions, modelled, user, scripted }, use) => {
    const context = await browser.newContext({ ...contextOptions, baseURL: modelled.url, extraHTTPHeaders: identity(user) });
    const { complaints } = watch(context, modelled.url, scripted);
    await use(context);
    await context.close();
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  },
});
