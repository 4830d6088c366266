import { expect, type Page, test } from "playwright/test";
import { passes } from "./axe.ts";
import { at, signedIn } from "./demo.ts";

const NAME = `Versions stay ${Date.now().toString(36)}`;

async function confirm(page: Page, button: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Finding out what changes")).toHaveCount(0);
  await passes(page);
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

test("a policy is written, looked at, put in force, gone back from, archived and deleted", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  const product = `ruled-${Date.now().toString(36)}`;
  await page.goto(at("/products"));
  await page.getByRole("button", { name: "Add product" }).click();
  await page.getByLabel("Name", { exact: true }).fill(product);
  await page.getByLabel("Short name").fill(product);
  await page.getByRole("dialog").getByRole("button", { name: "Add product" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.goto(at("/policies"));
  await page.getByRole("link", { name: "Add policy" }).click();
  await page.getByRole("link", { name: "Immutable tags" }).click();
  await expect(page.getByLabel("Tags that never move")).toBeVisible();
  await page.getByLabel("Name").fill(NAME);
  await page.getByRole("button", { name: "Add policy" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "needs at least one pattern" })).toBeVisible();
  await page.getByRole("checkbox", { name: product }).check();
  await page.getByLabel("Tags that never move").fill("v*");
  await page.getByLabel("Why").fill("Customers pin versions.");
  await page.getByRole("button", { name: "Add policy" }).click();
  await expect(page.getByRole("heading", { name: "Version 1" })).toBeVisible();
  await page.getByRole("button", { name: "Put in force" }).click();
  await expect(page.getByRole("dialog")).toContainText(`${product}: the policy “${NAME}”, version 1`);
  await confirm(page, "Put in force");
  await expect(page.getByText("In force", { exact: true })).toBeVisible();

  await page.goto(at(`/products/${product}`));
  await expect(page.getByText(`The policy ${NAME} says this`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Save immutable tags" })).toHaveAttribute("aria-disabled", "true");

  await page.getByRole("link", { name: NAME }).click();
  await page.getByRole("link", { name: "Version 1", exact: true }).click();
  await page.getByRole("button", { name: "New draft from it" }).click();
  await expect(page.getByRole("heading", { name: "Version 2" })).toBeVisible();
  await page.getByLabel("Tags that never move").fill("v*\n1.*");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("table", { name: "What is otherwise" })).toContainText("v*, 1.*");
  await page.getByRole("button", { name: "Put in force" }).click();
  await confirm(page, "Put in force");
  await page.getByRole("link", { name: NAME }).click();
  await expect(page.getByRole("heading", { name: "In force: version 2" })).toBeVisible();
  await passes(page);

  await page.getByRole("link", { name: "Version 1", exact: true }).click();
  await page.getByRole("button", { name: "Restore" }).click();
  await confirm(page, "Restore");
  await page.getByRole("link", { name: NAME }).click();
  await expect(page.getByRole("heading", { name: "In force: version 1" })).toBeVisible();

  await page.getByRole("button", { name: "Prune versions" }).click();
  await page.getByLabel("Keep the newest").fill("0");
  await page.getByLabel("Keep younger than").fill("0");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("Version 2 would go")).toBeVisible();
  await page.getByRole("button", { name: "Delete 1 version" }).click();
  await expect(page.getByRole("heading", { name: "Versions (1)" })).toBeVisible();

  await expect(page.getByRole("button", { name: "Delete for good" })).toHaveAttribute("aria-disabled", "true");
  await page.getByRole("button", { name: "Archive" }).click();
  await confirm(page, "Archive");
  await expect(page.getByText("No version is in force")).toBeVisible();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await page.getByLabel("Its name").fill(NAME);
  await page.getByRole("dialog").getByRole("button", { name: "Delete for good" }).click();
  await page.waitForURL(at("/policies"));
  await expect(page.getByRole("main")).not.toContainText(NAME);
  await context.close();
});

test("a viewer reads a policy's versions, and each action says why it isn't theirs", async ({ browser }) => {
  const owner = await signedIn(browser, "owner");
  await owner.page.goto(at("/policies/new?kind=access"));
  await owner.page.getByLabel("Name").fill(`${NAME}, read`);
  await owner.page.getByRole("button", { name: "Add policy" }).click();
  await expect(owner.page.getByRole("heading", { name: "Version 1" })).toBeVisible();
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(owner.page.url());
  for (const name of ["Discard", "Put in force", "Save draft"]) {
    const button = page.getByRole("button", { name });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await button.focus();
    await expect(page.getByRole("tooltip")).toContainText("Your role, readonly, is not allowed to edit policies");
  }
  await page.getByRole("link", { name: `${NAME}, read` }).click();
  for (const name of ["Rename", "Prune versions", "Archive", "Delete for good"]) {
    await expect(page.getByRole("button", { name })).toHaveAttribute("aria-disabled", "true");
  }
  await owner.page.getByRole("button", { name: "Discard" }).click();
  await owner.page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await owner.page.waitForURL(at("/policies"));
  for (const one of [context, owner.context]) await one.close();
});
