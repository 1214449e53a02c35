import { defineConfig, devices, type PlaywrightTestOptions, type PlaywrightWorkerOptions, type Project } from "@playwright/test";
import { existsSync } from "node:fs";
import type { StoreKind, WorkerOptions } from "./harness/test.ts";

// Debian's Chromium where there is one, else the one that Playwright downloaded.
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));

const launchOptions = {
  ...(executablePath ? { executablePath } : {}),
  // Chromium's own sandbox needs privileges that containers do not give; every page here is ours, on loopback.
  args: ["--no-sandbox"],
};

type Workers = PlaywrightWorkerOptions & WorkerOptions;
const stores: StoreKind[] = process.env.TEST_DATABASE_URL ? ["memory", "postgres"] : ["memory"];

const projectsOn = (store: StoreKind): Project<PlaywrightTestOptions, Workers>[] => {
  // What a database does that goes away can be seen only where there is one.
  const testIgnore = store === "memory" ? /failover/ : [];
  const named = (name: string) => (store === "memory" ? name : `${name}-${store}`);
  const desktop = { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 900 } };
  return [
    { name: named("hydrate"), testIgnore, use: { ...desktop, store } },
    // Tests of what only scripts do carry @scripted; of what every width shares, @once.
    { name: named("no-js"), testIgnore, grepInvert: /@scripted/, use: { ...desktop, store, javaScriptEnabled: false } },
    {
      name: named("mobile"),
      testIgnore,
      grepInvert: /@once/,
      use: { ...desktop, store, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    },
  ];
};

export default defineConfig<PlaywrightTestOptions, Workers>({
  testDir: "specs",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  snapshotPathTemplate: "{testDir}/__snapshots__/{arg}{ext}",
  use: { launchOptions, locale: "en-US", timezoneId: "UTC", trace: "retain-on-failure", acceptDownloads: false },
  projects: stores.flatMap(projectsOn),
});
