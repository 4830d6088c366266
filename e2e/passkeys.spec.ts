import { type BrowserContext, expect, type Page, test } from "playwright/test";
import { registered, signOut } from "./account.ts";
import { demo, toasted } from "./demo.ts";

/** A key that the browser has built in, and a finger that is always there. */
async function giveAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test("a passkey is added, signs in by itself, and is removed", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  await giveAuthenticator(context, page);
  await page.goto(`${demo.url}/account/security`);
  const section = page.getByRole("region", { name: "Passkeys" });
  const dialog = page.getByRole("dialog");
  await section.getByRole("button", { name: "Add a passkey" }).click();
  await dialog.getByLabel("Name").fill("laptop");
  await dialog.getByRole("button", { name: "Add the passkey" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is missing");
  await dialog.getByLabel("Current password").fill(account.password);
  await dialog.getByRole("button", { name: "Add the passkey" }).click();
  await toasted(page, /passkey is added/);
  await expect(section).toContainText("never used");
  await section.getByRole("button", { name: "Rename laptop" }).click();
  await dialog.getByLabel("Name").fill("work laptop");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(section).toContainText("work laptop");
  await signOut(page);

  await page.goto(`${demo.url}/sign-in?callbackUrl=%2Faccount%2Fsecurity`);
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL(/\/account\/security$/);
  await expect(section).toContainText("last used");
  await page.goto(`${demo.url}/account/sessions`);
  await expect(page.getByRole("row").filter({ hasText: "This browser" })).toContainText("Passkey");

  await page.goto(`${demo.url}/account/security`);
  await section.getByRole("button", { name: "Remove work laptop" }).click();
  await dialog.getByLabel("Current password").fill(account.password);
  await dialog.getByRole("button", { name: "Remove" }).click();
  await toasted(page, /passkey is removed/);
  await signOut(page);
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "not accepted" })).toBeVisible();
  await context.close();
});
