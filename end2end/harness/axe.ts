import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

/** Every rule that axe has, run outside the page's Content-Security-Policy. */
export const expectAccessible = async (page: Page): Promise<void> => {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const engine = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await engine.run(document, { resultTypes: ["violations"], preload: false });
    return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target, failureSummary }) => `${String(target)}: ${failureSummary}`) }));
  });
  expect(violations).toEqual([]);
};
