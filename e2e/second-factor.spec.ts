import { expect, test } from "playwright/test";
import { codeOf, registered, signInAgain, signOut, turnOnSecondFactor } from "./account.ts";
import { at, demo, toasted } from "./demo.ts";

test("a second factor: on, signed out, in with it, recovered without it, off again", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  const { secret, recovery } = await turnOnSecondFactor(page, account.password);
  await signOut(page);

  await signInAgain(page, account, /second-factor/);
  const cookies = await context.cookies();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "is wrong" })).toBeVisible();

  await test.step("half a session opens nothing", async () => {
    const half = await browser.newContext();
    await half.addCookies(cookies);
    for (const path of [
      "/tenants",
      "/account",
      "/account/security",
      "/account/sessions",
      "/admin",
      at("").slice(demo.url.length),
      "/t/none",
    ]) {
      const answer = await half.request.get(demo.url + path, { maxRedirects: 0 });
      expect([path, answer.status()]).toEqual([path, 307]);
      expect(answer.headers().location).toContain("/sign-in?callbackUrl=");
    }
    await half.close();
  });

  await page.getByLabel("Code").fill(codeOf(secret));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/tenants/);
  await page.goto(`${demo.url}/account`);
  await signOut(page);

  await test.step("a lost app: a recovery code, once", async () => {
    await signInAgain(page, account, /second-factor/);
    await page.getByLabel("Code").fill(recovery[0] ?? "");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/tenants/);
    await page.goto(`${demo.url}/account`);
    await signOut(page);
    await signInAgain(page, account, /second-factor/);
    await page.getByLabel("Code").fill(recovery[0] ?? "");
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "is wrong" })).toBeVisible();
    await page.getByLabel("Code").fill((recovery[1] ?? "").toUpperCase());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/\/tenants/);
  });

  await page.goto(`${demo.url}/account/security`);
  const section = page.getByRole("region", { name: "Second factor" });
  await expect(section).toContainText("8 of 10 recovery codes are left");
  await section.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("dialog").getByLabel("Current password").fill(account.password);
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await toasted(page, /second factor is off/);
  await signOut(page);
  await signInAgain(page, account, /\/tenants/);
  await context.close();
});

test("cancelling the second factor signs out", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  await turnOnSecondFactor(page, account.password);
  await signOut(page);
  await signInAgain(page, account, /second-factor/);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(/\/sign-in$/);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await context.close();
});
