import { expect, type Page, test } from "playwright/test";
import { passes } from "./axe.ts";
import { demo, signedIn, toasted } from "./demo.ts";
import { bar, log, state } from "./run-page.ts";
import { anUpstream, mirrored, tagsOf } from "./upstream-registry.ts";

/** What stands on a run's page while it goes on, each time that it says something else. */
async function watched(page: Page, until: () => Promise<boolean>) {
  const seen = { done: new Set<string>(), width: new Set<string>(), lines: new Set<number>() };
  while (!(await until())) {
    const moment = await page.evaluate(() => {
      const it = document.querySelector("[role=progressbar]");
      return {
        done: it?.getAttribute("aria-valuenow") ?? null,
        width: (it?.firstElementChild as HTMLElement | null)?.style.width ?? null,
        lines: document.querySelectorAll("[aria-label=Log] li").length,
      };
    });
    if (moment.done !== null) seen.done.add(moment.done);
    if (moment.width !== null) seen.width.add(moment.width);
    seen.lines.add(moment.lines);
    await page.waitForTimeout(200);
  }
  return seen;
}

test("a run is seen moving without a reload: its number, its bar and its log, to its result", async ({ browser }) => {
  const registry = await anUpstream(tagsOf(6));
  const { page, context } = await signedIn(browser, "owner");
  const mirror = await mirrored(page, registry);
  registry.pauseMs = 1500;
  await page.getByRole("button", { name: "Import now" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  const run = page.url();
  let loads = 0;
  page.on("domcontentloaded", () => loads++);
  await expect(bar(page)).toBeVisible();
  await passes(page);

  const second = await signedIn(browser, "operator");
  await second.page.goto(mirror);
  await second.page.getByRole("button", { name: "Import now" }).click();
  await toasted(second.page, new RegExp(`It is under way already: ${demo.people.owner.email} started it`));
  await second.page.waitForURL(run);
  await expect(bar(second.page)).toBeVisible();

  const seen = await watched(page, () => state(page, "Done").isVisible());
  expect([...seen.done].length, [...seen.done].join()).toBeGreaterThanOrEqual(3);
  expect([...seen.width].length, [...seen.width].join()).toBeGreaterThanOrEqual(3);
  expect([...seen.lines].length, [...seen.lines].join()).toBeGreaterThanOrEqual(3);
  await expect(page.getByText("6 tags: 6 new, 0 moved")).toBeVisible();
  await expect(log(page)).toHaveCount(6);
  await expect(bar(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  expect(loads).toBe(0);
  await expect(second.page.getByText("6 tags: 6 new, 0 moved")).toBeVisible();
  await second.context.close();
  await context.close();
  registry.close();
});

test("a run is stopped in the browser, which says by whom; what was done before stays", async ({ browser }) => {
  const registry = await anUpstream(tagsOf(60));
  const { page, context } = await signedIn(browser, "operator");
  const owner = await signedIn(browser, "owner");
  const mirror = await mirrored(owner.page, registry);
  registry.pauseMs = 1000;
  await page.goto(mirror);
  await page.getByRole("button", { name: "Import now" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  await expect(log(page).first()).toBeVisible({ timeout: 30_000 });

  const viewer = await signedIn(browser, "readonly");
  await viewer.page.goto(page.url());
  const stop = viewer.page.getByRole("button", { name: "Stop", exact: true });
  await expect(stop).toHaveAttribute("aria-disabled", "true");
  await expect(stop).toHaveAccessibleDescription(/not allowed to/);

  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(page.getByRole("dialog")).toContainText("its log says how far it came");
  await passes(page);
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await toasted(page, /is being stopped/);
  await expect(state(page, "Cancelled")).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText("Stopped by")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(demo.people.operator.email);
  await expect(bar(page)).toHaveCount(0);
  await expect(state(viewer.page, "Cancelled")).toBeVisible({ timeout: 15_000 });
  await passes(page);
  await page.goto(mirror.replace("/upstream", ""));
  await expect(page.getByRole("table").first()).toContainText("1.0");
  for (const one of [context, owner.context, viewer.context]) await one.close();
  registry.close();
});
