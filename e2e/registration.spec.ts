import { expect, test } from "playwright/test";
import { linkTo, newAddress, register, registered, signInAgain, signOut } from "./account.ts";
import { demo, fillSignIn } from "./demo.ts";

test("an account is made by the letter's link alone, and the link works once", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(demo.url);
  await page.getByRole("link", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Create an account" })).toBeVisible();
  const account = await register(page);
  await page.getByRole("button", { name: `Account of ${account.email}` }).click();
  await page.getByRole("menuitem", { name: "Account", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Journey");
  await page.goto(await linkTo(account.email, "Your account at Purser"));
  await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  await page.goto(`${demo.url}/account`);
  await signOut(page);
  await signInAgain(page, account, /\/tenants/);
  await context.close();
});

test("an address that has an account is answered in the same words, and told so by letter", async ({
  browser,
  page,
}) => {
  const { context, account } = await registered(browser);
  await context.close();
  const answers: string[] = [];
  for (const email of [newAddress(), account.email]) {
    await page.goto(`${demo.url}/register`);
    await page.waitForLoadState("networkidle");
    await page.getByLabel("Email address").fill(email);
    await page.keyboard.press("Enter");
    const words = await page.getByRole("status").textContent();
    answers.push((words ?? "").replace(email, "…"));
  }
  expect(answers[0]).toContain("Check your mail");
  expect(answers[1]).toBe(answers[0]);
  await linkTo(account.email, "You have an account at Purser already");
});

test("what is no address is refused beside the field", async ({ page }) => {
  for (const path of ["/register", "/reset-password"]) {
    await page.goto(demo.url + path);
    await page.waitForLoadState("networkidle");
    await page.getByLabel("Email address").fill("ana@example.com,eve@example.com");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert").filter({ hasText: "is not an email address" })).toBeVisible();
  }
});

test("a lost password is replaced by a letter's link, which signs every browser out", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  const other = await browser.newContext();
  const lost = await other.newPage();
  await lost.goto(`${demo.url}/sign-in`);
  await lost.getByRole("link", { name: "Set a new one" }).click();
  await lost.waitForURL(/reset-password/);
  await lost.waitForLoadState("networkidle");
  await lost.getByLabel("Email address").fill(account.email);
  await lost.getByRole("button", { name: "Send me the link" }).click();
  await expect(lost.getByRole("status")).toContainText("Check your mail");
  await lost.goto(await linkTo(account.email, "Set a new password"));
  await lost.waitForLoadState("networkidle");
  await lost.getByLabel("New password").fill("short");
  await lost.getByRole("button", { name: "Set the password" }).click();
  await expect(lost.getByRole("alert").filter({ hasText: "at least 12 characters" })).toBeVisible();
  const password = `another ${account.password}`;
  await lost.getByLabel("New password").fill(password);
  await lost.getByRole("button", { name: "Set the password" }).click();
  await expect(lost.getByText("The new password is set.")).toBeVisible();

  await page.goto(`${demo.url}/account`);
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Faccount/);
  await fillSignIn(page, account);
  await expect(page.getByRole("alert").filter({ hasText: "password is wrong" })).toBeVisible();
  await signInAgain(page, { email: account.email, password }, /\/tenants/);
  await context.close();
  await other.close();
});

test("an address is changed by a link that the new one gets, while signed in", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  const email = newAddress();
  await page.goto(`${demo.url}/account`);
  await page.getByRole("button", { name: "Change address" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("New email address").fill(email);
  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByRole("button", { name: "Send the letter" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is wrong");
  await dialog.getByLabel("Current password").fill(account.password);
  await dialog.getByRole("button", { name: "Send the letter" }).click();
  await expect(dialog).toHaveCount(0);
  await linkTo(account.email, "Your account was changed");
  const link = await linkTo(email, "Confirm your new email address");

  const stranger = await browser.newContext();
  const elsewhere = await stranger.newPage();
  await elsewhere.goto(link);
  await expect(elsewhere).toHaveURL(/\/sign-in\?callbackUrl=/);
  await stranger.close();

  await page.goto(link);
  await page.getByRole("button", { name: `Use ${email} from now on` }).click();
  await page.waitForURL(/\/account$/);
  await expect(page.getByRole("button", { name: `Account of ${email}` })).toBeVisible();
  await context.close();
});
