import { expect, test } from "playwright/test";
import { at, demo, fillSignIn, signedIn, toasted } from "./demo.ts";

test("a member makes a token, sees its secret once, and revokes it", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  const name = `journey ${Date.now()}`;
  await page.goto(at("/downloads/tokens"));
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "New token" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Name is missing");
  await expect(dialog.getByRole("group", { name: "It may" }).getByRole("radio")).toHaveCount(1);
  await expect(dialog.getByRole("option", { name: "never" })).toBeDisabled();
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "New token" }).click();

  const secret = dialog.getByRole("region", { name: "Secret" });
  await expect(secret).toHaveText(/^purser_pat_/);
  const text = (await secret.textContent()) ?? "";
  await expect(dialog).toContainText(`docker login ${new URL(demo.url).host} -u ${demo.people.entitled.email}`);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await page.reload();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Never");
  expect(await page.content()).not.toContain(text);

  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await toasted(page, /revoked/);
  await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(0);
  await context.close();
});

test("a token for one product is rotated: the old secret opens the registry until its time is over", async ({
  browser,
  request,
}) => {
  const { page, context } = await signedIn(browser, "entitled");
  const name = `rotated ${Date.now()}`;
  await page.goto(at("/downloads/tokens"));
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Some products").check();
  await dialog.getByRole("button", { name: "New token" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("Tick at least one product.");
  await dialog.getByRole("group", { name: "Products" }).getByRole("checkbox").first().check();
  await dialog.getByRole("button", { name: "New token" }).click();
  const secret = dialog.getByRole("region", { name: "Secret" });
  const first = (await secret.textContent()) ?? "";
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText(/on \w+/);

  const rotate = async (overlap: string) => {
    await page.getByRole("button", { name: `Rotate ${name}` }).click();
    await dialog.getByLabel("The old secret works").selectOption(overlap);
    await dialog.getByRole("button", { name: "Rotate" }).click();
    await expect(secret).toHaveText(/^purser_pat_/);
    const text = (await secret.textContent()) ?? "";
    await dialog.getByRole("button", { name: "I have copied it" }).click();
    return text;
  };
  const opens = async (token: string) =>
    (await request.get(`${demo.url}/v2/`, { headers: { authorization: `Bearer ${token}` } })).status();
  const second = await rotate("for a day more");
  expect([await opens(first), await opens(second)]).toEqual([200, 200]);
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("old secret ends");
  const third = await rotate("no longer");
  expect([await opens(first), await opens(second), await opens(third)]).toEqual([401, 401, 200]);

  await page.getByRole("button", { name: `Revoke ${name}` }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await toasted(page, /revoked/);
  expect(await opens(third)).toBe(401);
  await context.close();
});

test("the secret of a first token stays until it was copied", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "manager");
  await page.goto(at("/downloads/tokens"));
  await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("the first");
  await dialog.getByRole("button", { name: "New token" }).click();
  // The page behind was read again: its list has the token, and the dialog still has the secret.
  await expect(page.getByRole("row", { includeHidden: true }).filter({ hasText: "the first" })).toHaveCount(1);
  await expect(dialog.getByRole("region", { name: "Secret" })).toHaveText(/^purser_pat_/);
  await dialog.getByRole("button", { name: "I have copied it" }).click();

  await page.getByRole("button", { name: "Revoke the first" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
  await context.close();
});

test("a wrong password is told in words, at the form", async ({ page }) => {
  await fillSignIn(page, { email: demo.people.stranger.email, password: "not the password" });
  await expect(page.getByRole("main").getByRole("alert")).toHaveText("The email address or the password is wrong.");
  await expect(page).toHaveURL(`${demo.url}/sign-in`);
});

test("signing out ends at the sign-in page, and the workspace asks to sign in again", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "entitled");
  await page.goto(at("/downloads"));
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto(at("/downloads"));
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await context.close();
});
