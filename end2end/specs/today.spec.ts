import { ask, csv, importFile } from "../harness/pages.ts";
import { expect, test } from "../harness/test.ts";

const dayIn = (timeZone: string): string => new Intl.DateTimeFormat("en-CA", { timeZone }).format(new Date());

// Their days always differ from each other, and one of them from that of UTC.
const zones = { "Pacific/Kiritimati": "30.14", "Etc/GMT+12": "40.12" };

for (const [zone, spent] of Object.entries(zones)) {
  test.describe(`in ${zone}`, { tag: ["@scripted", "@once"] }, () => {
    test.use({ timezoneId: zone });

    test("today is the day where the person is", async ({ page }) => {
      const rows = Object.entries(zones).map(([other, amount]) => `${dayIn(other)},Corner Shop,-${amount}`);
      await importFile(page, csv("days.csv", [`2024-03-01,Bakery,-2`, ...rows]));
      await page.goto("/");
      const answer = await ask(page, "How much did I spend today?");
      await expect(answer).toContainText(`$${spent}`);
      await page.goto("/money/rates");
      await expect(page.getByLabel("Day")).toHaveValue(dayIn(zone));
    });
  });
}
