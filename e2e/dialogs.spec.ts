import { expect, test } from "playwright/test";
import { at, demo, repositoryOf, rowOf, signedIn, toasted } from "./demo.ts";

test("a dialog is opened and closed by keyboard, and focus goes back to its button", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products"));
  const dialog = page.getByRole("dialog");

  const add = page.getByRole("button", { name: "Add product" });
  await add.focus();
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Name", { exact: true })).toBeFocused();
  await page.mouse.click(5, 5);
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(add).toBeFocused();

  const control = rowOf(page, repositoryOf(demo.images.open)).getByRole("switch");
  await control.focus();
  await page.keyboard.press("Space");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(control).toBeFocused();
  await context.close();
});

test("a secret is not lost to Escape, and a removed row leaves focus on the page", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  const name = `dialogs ${Date.now()}`;
  await page.goto(at("/downloads/tokens"));
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  const secret = dialog.getByRole("region", { name: "Secret" });
  await expect(secret).toHaveText(/^purser_pat_/);
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await expect(secret).toBeVisible();
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("button", { name: "New token" })).toBeFocused();

  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "My tokens" })).toBeFocused();
  await context.close();
});

test("an action after the session ended leads to sign in; one without a network says so", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  await page.goto(at("/downloads/tokens"));
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("never made");
  await context.setOffline(true);
  await page.keyboard.press("Enter");
  await toasted(page, /could not be reached/);
  await context.setOffline(false);
  await context.clearCookies();
  await dialog.getByRole("button", { name: "New token" }).click();
  await page.waitForURL(/\/sign-in\?callbackUrl=/);
  await context.close();
});
