import { expect, test } from "playwright/test";
import { registered, signInAgain } from "./account.ts";
import { demo, toasted } from "./demo.ts";

const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1";

test("another browser is signed out alone, and its next request is refused", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  const phone = await browser.newContext({ userAgent: PHONE });
  const tablet = await browser.newContext();
  const [onPhone, onTablet] = [await phone.newPage(), await tablet.newPage()];
  for (const other of [onPhone, onTablet]) await signInAgain(other, account, /\/tenants/);

  await page.goto(`${demo.url}/account/sessions`);
  await expect(page.getByRole("row")).toHaveCount(4);
  await page.getByRole("button", { name: /^Sign out Safari on iPhone/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Its next request is refused");
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await toasted(page, /browser is signed out/);
  const refused = await phone.request.get(`${demo.url}/account`, { maxRedirects: 0 });
  expect([refused.status(), refused.headers().location]).toEqual([307, expect.stringContaining("/sign-in")]);
  expect((await tablet.request.get(`${demo.url}/account`, { maxRedirects: 0 })).status()).toBe(200);

  await page.getByRole("button", { name: "Sign out all others" }).click();
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await toasted(page, /1 browser signed out/);
  await expect(page.getByRole("row")).toHaveCount(2);
  expect((await tablet.request.get(`${demo.url}/account`, { maxRedirects: 0 })).status()).toBe(307);
  expect((await context.request.get(`${demo.url}/account`, { maxRedirects: 0 })).status()).toBe(200);
  for (const other of [context, phone, tablet]) await other.close();
});

test("a changed password signs the other browsers out and leaves this one", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  const other = await browser.newContext();
  await signInAgain(await other.newPage(), account, /\/tenants/);
  await page.goto(`${demo.url}/account/security`);
  await page.getByRole("button", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Current password").fill(account.password);
  await dialog.getByLabel("New password").fill(`new ${account.password}`);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await toasted(page, /password is changed/);
  expect((await other.request.get(`${demo.url}/account`, { maxRedirects: 0 })).status()).toBe(307);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign-in", exact: true })).toBeVisible();
  await context.close();
  await other.close();
});
