import { expect, test } from "playwright/test";
import { linkTo, registered, turnOnSecondFactor } from "./account.ts";
import { passes } from "./axe.ts";
import { demo, signedIn, toasted } from "./demo.ts";

test("a policy asks the team for a second factor: who has none is led to set one up, and back", async ({ browser }) => {
  const admin = await signedIn(browser, "admin");
  const slug = `factor-${Date.now().toString(36)}`;
  await admin.page.goto(`${demo.url}/tenants/new`);
  await admin.page.getByLabel("Name", { exact: true }).fill(slug);
  await admin.page.getByRole("button", { name: "Register" }).click();
  const base = `${demo.url}/t/${slug}`;
  await admin.page.waitForURL(`${base}/products`);

  const { page, context, account } = await registered(browser);
  await admin.page.goto(`${base}/team`);
  await admin.page.getByRole("button", { name: "Invite" }).click();
  await admin.page.getByRole("dialog").getByLabel("Email address").fill(account.email);
  await admin.page.getByRole("dialog").getByRole("radio", { name: "owner" }).check();
  await admin.page.getByRole("button", { name: "Send the invitation" }).click();
  await toasted(admin.page, /on its way/);
  await page.goto(await linkTo(account.email, ""));
  await page.getByRole("button", { name: /^(Join|Accept)/ }).click();
  await page.waitForURL(`${base}/products`);

  await page.goto(`${base}/policies/new?kind=access`);
  await page.getByLabel("Name").fill("Factors");
  await page.getByRole("checkbox", { name: "A second factor for the team" }).check();
  await page.getByRole("button", { name: "Add policy" }).click();
  await page.waitForURL(/\/policies\/[0-9a-f-]+\/1$/);
  const version = page.url();
  await page.getByRole("button", { name: "Put in force" }).click();
  await toasted(page, /You have no second factor yet/);

  await turnOnSecondFactor(page, account.password);
  await page.goto(version);
  await page.getByRole("button", { name: "Put in force" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Team members who must set up a second factor first: 1");
  await expect(dialog).toContainText(`${demo.people.admin.email} (owner)`);
  await dialog.getByRole("button", { name: "Put in force" }).click();
  await expect(dialog).toHaveCount(0);
  await page.goto(`${base}/products`);
  await expect(page.getByRole("heading", { name: "Products", exact: true })).toBeVisible();

  await admin.page.goto(`${base}/products`);
  await admin.page.waitForURL(`${demo.url}/account/security?for=${slug}`);
  await expect(admin.page.getByRole("status").filter({ hasText: "A second factor is needed there" })).toBeVisible();
  await passes(admin.page);

  await page.goto(`${demo.url}/account/security`);
  const section = page.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Turn off" }).click();
  await dialog.getByLabel("Current password").fill(account.password);
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await toasted(page, /second factor is off/);
  await page.goto(`${base}/policies`);
  await page.waitForURL(`${demo.url}/account/security?for=${slug}`);
  await turnOnSecondFactor(page, account.password);
  await page.goto(`${demo.url}/account/security?for=${slug}`);
  await page.getByRole("link", { name: `Go on to ${slug}` }).click();
  await page.waitForURL(`${base}/products`);
  for (const one of [context, admin.context]) await one.close();
});
