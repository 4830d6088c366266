import { expect, test } from "playwright/test";
import { fillSignIn } from "./demo.ts";
import { ownInstance } from "./own-instance.ts";
import { log, state } from "./run-page.ts";
import { anUpstream, mirrored, tagsOf } from "./upstream-registry.ts";

test("a run whose server died in the middle goes on by itself, on the same page, and says what happened", async ({
  page,
}) => {
  test.slow();
  const own = await ownInstance();
  const registry = await anUpstream(tagsOf(30));
  try {
    await fillSignIn(page, own.demo.people.owner, own.demo);
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    await mirrored(page, registry, own.demo);
    registry.pauseMs = 1000;
    await page.getByRole("button", { name: "Import now" }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
    await expect(log(page).nth(2)).toBeVisible({ timeout: 30_000 });
    let loads = 0;
    page.on("domcontentloaded", () => loads++);
    own.killWorkers();
    registry.pauseMs = 100;
    await expect(log(page).filter({ hasText: "stopped without a word" })).toBeVisible({ timeout: 60_000 });
    await expect(state(page, "Done")).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("main")).toContainText("2 times: workers stopped while they had it");
    // What was taken over before is the same by then: no tag twice.
    await expect(page.getByText(/^30 tags: \d+ new, 0 moved/)).toBeVisible();
    await expect(log(page)).toHaveCount(31);
    expect(loads).toBe(0);
  } finally {
    registry.close();
    await own.stop();
  }
});
