import { type Browser, expect, type Page, test } from "playwright/test";
import { passes } from "./axe.ts";
import { at, demo, signedIn, toasted } from "./demo.ts";

const PASSPHRASE = "four words are enough";

/** Waits on a run's page until it is over, and well. */
async function done(page: Page): Promise<void> {
  await page.waitForURL(/\/runs\//);
  await expect(page.getByRole("main").getByText("Done", { exact: true })).toBeVisible({ timeout: 120_000 });
}

/** A workspace of the journey's own with a product, registered by who may make workspaces. */
async function workspace(browser: Browser) {
  const { page, context } = await signedIn(browser, "admin");
  const slug = `kept-${Date.now().toString(36)}`;
  await page.goto(`${demo.url}/tenants/new`);
  await page.getByLabel("Name", { exact: true }).fill(slug);
  await page.getByRole("button", { name: "Register" }).click();
  await page.waitForURL(`${demo.url}/t/${slug}/products`);
  await page.getByRole("button", { name: "Add product" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("agent");
  await dialog.getByLabel("Short name").fill("agent");
  await dialog.getByRole("button", { name: "Add product" }).click();
  await toasted(page, /was added/);
  return { page, slug, url: `${demo.url}/t/${slug}`, close: () => context.close() };
}

async function restrict(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/products`);
  await page.getByRole("switch", { name: /is restricted$/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Restrict/ })
    .click();
  await toasted(page, /restricted/);
}

async function openRestore(page: Page, backup: string, what: string) {
  await page.goto(backup);
  await page.getByRole("button", { name: "Restore…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What", { exact: true }).selectOption(what);
  return dialog;
}

test("an owner backs a workspace up, verifies it, restores a product of it, makes a second workspace of it, deletes it", async ({
  browser,
}) => {
  test.slow();
  const { page, slug, url, close } = await workspace(browser);
  await page.goto(`${url}/backups`);
  await expect(page.getByText("No backups so far")).toBeVisible();
  await passes(page);
  await page.getByRole("button", { name: "Set a passphrase" }).click();
  await page.getByLabel("New passphrase").fill(PASSPHRASE);
  await passes(page);
  await page.getByRole("dialog").getByRole("button", { name: "Set a passphrase" }).click();
  await expect(page.getByRole("button", { name: "Change the passphrase" })).toBeVisible();
  await page.getByRole("button", { name: "Change the schedule" }).click();
  await page.getByLabel("How often").selectOption("weekly");
  await passes(page);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Every Sunday at 02:00 UTC")).toBeVisible();

  await page.getByRole("button", { name: "Make a backup" }).click();
  await page.getByRole("button", { name: "Make it" }).click();
  await done(page);
  await page.goto(`${url}/backups`);
  await passes(page);
  await page.getByRole("table", { name: "Backups" }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: /^Backup of/ })).toBeVisible();
  await passes(page);
  const backup = page.url();
  await page.getByRole("button", { name: "Verify" }).click();
  await done(page);

  await restrict(page, url);
  const one = await openRestore(page, backup, "product");
  await one.getByLabel("The product's short name").fill("agent");
  await one.getByLabel("Passphrase").fill("not the passphrase");
  await one.getByRole("button", { name: "Look", exact: true }).click();
  await expect(one.getByRole("alert")).toContainText("is not the one that this backup's key was made with");
  await passes(page);
  await one.getByLabel("Passphrase").fill(PASSPHRASE);
  await one.getByRole("button", { name: "Look", exact: true }).click();
  await page.waitForURL(/\/restore\//);
  await expect(page.getByText("Products that were restricted since")).toBeVisible({ timeout: 120_000 });
  await passes(page);
  await page.getByLabel("agent").check();
  await page.getByLabel("Passphrase").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Look again with these" }).click();
  await expect(page.getByRole("table", { name: "What would change" })).toContainText("products", { timeout: 120_000 });
  await passes(page);
  await page.getByLabel("Passphrase").fill(PASSPHRASE);
  await page.getByRole("button", { name: /^Restore into/ }).click();
  await done(page);
  await page.goto(`${url}/products`);
  await expect(page.getByRole("switch", { name: /is restricted$/ })).not.toBeChecked();

  const all = await openRestore(page, backup, "new");
  await all.getByLabel("Its short name").fill(`${slug}-2`);
  await all.getByLabel("Its name").fill("A second one");
  await all.getByLabel("Passphrase").fill(PASSPHRASE);
  await passes(page);
  await all.getByRole("button", { name: "Look", exact: true }).click();
  await page.waitForURL(/\/restore\//);
  await expect(page.getByRole("button", { name: "Restore into A second one" })).toBeVisible({ timeout: 120_000 });
  await passes(page);
  await page.getByLabel("Passphrase").fill(PASSPHRASE);
  await page.getByRole("button", { name: "Restore into A second one" }).click();
  await done(page);
  await page.goto(`${url}-2/products`);
  await expect(page.getByText(`${slug}-2/agent`)).toBeVisible();

  await page.goto(backup);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download", exact: true }).click();
  const file = await (await downloading).path();
  await page.getByRole("button", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^Type/).fill("yes");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText("type ");
  await passes(page);
  const day = (await dialog.getByRole("alert").first().textContent())?.replace(/^.*type /, "").replace(/\.$/, "") ?? "";
  await dialog.getByLabel(/^Type/).fill(day);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(`${url}/backups`);
  await expect(page.getByText("No backups so far")).toBeVisible();

  await page.getByRole("button", { name: "Upload a backup" }).click();
  await dialog.getByLabel("File").setInputFiles({ name: "x.age", mimeType: "x/x", buffer: Buffer.from("no backup") });
  await dialog.getByLabel("Passphrase").fill("not the passphrase");
  await dialog.getByRole("button", { name: "Upload and open" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is no backup of Purser's");
  await passes(page);
  await dialog.getByLabel("File").setInputFiles(file);
  await dialog.getByRole("button", { name: "Upload and open" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is not the one that this backup's key was made with");
  await dialog.getByLabel("Passphrase").fill(PASSPHRASE);
  await dialog.getByRole("button", { name: "Open" }).click();
  await done(page);
  await page.goto(`${url}/backups`);
  await page.getByRole("table", { name: "Backups" }).getByRole("link").first().click();
  await expect(page.getByText("this workspace", { exact: true })).toBeVisible();
  await passes(page);
  await expect(page.getByRole("button", { name: "Restore…" })).toBeVisible();
  await close();
});

test("a viewer sees backups, and is told why none of them is theirs to make", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(at("/backups"));
  await expect(page.getByRole("button", { name: "Make a backup" })).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("button", { name: /passphrase$/ })).toHaveAttribute("aria-disabled", "true");
  await passes(page);
  await context.close();
});
