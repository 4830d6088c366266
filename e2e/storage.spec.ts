import { expect, type Page, test } from "playwright/test";
import { at, demo, signedIn, toasted } from "./demo.ts";

test("an admin previews a clean-up, then has it done, and sees both end without loading the page anew", async ({
  browser,
}) => {
  const { page, context } = await signedIn(browser, "admin");
  await page.goto(`${demo.url}/admin/storage`);
  await page.getByRole("button", { name: "Preview clean-up" }).click();
  await expect(done(page, "Preview")).toContainText(/would (go|be freed)/, { timeout: 30_000 });

  await page.getByRole("button", { name: "Clean up now" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Pushes and pulls go on meanwhile.");
  await dialog.getByRole("button", { name: "Clean up now" }).click();
  await expect(done(page, "Clean-up")).toContainText(demo.people.admin.email, { timeout: 30_000 });

  await page.goto(`${demo.url}/admin/audit`);
  await expect(page.getByRole("row").filter({ hasText: "instance.cleanupRequested" }).first()).toBeVisible();
  await context.close();
});

test("an admin limits a workspace, whose team sees what it keeps and how much it may", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "admin");
  await page.goto(`${demo.url}/admin/tenants?search=${demo.tenant}`);
  await page.getByRole("link", { name: /^Details of/ }).click();
  await limit(page, "5000");
  await expect(page.getByText(/ of 5 TB, 0 %/).first()).toBeVisible();

  const team = await signedIn(browser, "readonly");
  await team.page.goto(at("/settings/storage"));
  await expect(team.page.getByRole("meter", { name: "Storage used" })).toHaveCount(1);
  await expect(team.page.getByText(/ of 5 TB, 0 %/).first()).toBeVisible();
  await expect(team.page.getByRole("table", { name: "Storage by product and repository" })).toContainText(demo.tenant);
  await team.context.close();

  await page.getByLabel("Limits of its own").uncheck();
  await page.getByRole("button", { name: "Save limits" }).click();
  await expect(page.getByText(/there is no limit/).first()).toBeVisible();
  await context.close();
});

const done = (page: Page, what: string) =>
  page
    .getByRole("table", { name: "Clean-ups" })
    .getByRole("row")
    .filter({ has: page.getByText(what, { exact: true }) })
    .filter({ hasText: "Done" })
    .first();

async function limit(page: Page, gigabytes: string): Promise<void> {
  // Filled in before it is alive, it would be lost.
  await page.waitForLoadState("networkidle");
  await page.getByLabel("Limits of its own").check();
  await page.getByLabel("Gigabytes").fill(gigabytes);
  await page.getByRole("button", { name: "Save limits" }).click();
  await toasted(page, /Saved|so already/);
}
