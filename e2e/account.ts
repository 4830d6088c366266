import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Secret, TOTP } from "otpauth";
import { type Browser, type BrowserContext, expect, type Page } from "playwright/test";
import { demo, fillSignIn } from "./demo.ts";
import { settings } from "./settings.ts";

export interface OwnAccount {
  email: string;
  password: string;
}

const OUTBOX = path.join(path.dirname(settings.demoFile), "outbox");

/** An address that no journey used before. */
export function newAddress(): string {
  return `j${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}@example.com`;
}

/** The link in the newest letter to an address about something; without an SMTP server letters are files. */
export async function linkTo(email: string, subject: string): Promise<string> {
  const found = () => letters().find((text) => text.startsWith(`To: ${email}\nSubject: ${subject}`));
  await expect.poll(found, { message: `a letter to ${email}: ${subject}` }).toBeDefined();
  return /https?:\/\/\S+/.exec(found() ?? "")?.[0] ?? "";
}

/** The letters so far, the newest first. */
export function letters(): string[] {
  // The first letter makes the folder.
  const files = existsSync(OUTBOX) ? readdirSync(OUTBOX).filter((file) => file.endsWith(".txt")) : [];
  return files
    .sort()
    .reverse()
    .map((file) => readFileSync(path.join(OUTBOX, file), "utf8"));
}

/** Registers as anyone does: address, letter, password. The page ends signed in. */
export async function register(page: Page, email = newAddress()): Promise<OwnAccount> {
  const password = `journey ${email}`;
  await page.goto(`${demo.url}/register`);
  await page.waitForLoadState("networkidle");
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send me the link" }).click();
  await expect(page.getByRole("status")).toContainText("Check your mail");
  await page.goto(await linkTo(email, "Your account at Purser"));
  await page.waitForLoadState("networkidle");
  await page.getByLabel("Name").fill("Journey");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(/\/tenants/);
  return { email, password };
}

/** A browser of a new account's own, signed in; close its context when done. */
export async function registered(
  browser: Browser,
  options?: Parameters<Browser["newContext"]>[0],
): Promise<{ page: Page; context: BrowserContext; account: OwnAccount }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  return { page, context, account: await register(page) };
}

/** Signs out by the user menu. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
}

/** Signs in with the password, and waits for what comes then. */
export async function signInAgain(page: Page, account: OwnAccount, then: RegExp): Promise<void> {
  await fillSignIn(page, account);
  await page.waitForURL(then);
}

const STEP_MS = 30_000;

/** The code of a step from now: each works once, and the one before and after now work, too. */
export function codeOf(secret: string, steps = 0): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * STEP_MS });
}

/** Turns the second factor on by the account's page; `look` sees every step of the dialog. */
export async function turnOnSecondFactor(
  page: Page,
  password: string,
  look: () => Promise<void> = async () => undefined,
): Promise<{ secret: string; recovery: string[] }> {
  await page.goto(`${demo.url}/account/security`);
  const section = page.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await look();
  await dialog.getByLabel("Current password").fill(password);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = (await dialog.getByRole("region", { name: "Secret" }).textContent()) ?? "";
  await dialog.getByLabel("Code").fill("000000");
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is wrong");
  await look();
  await dialog.getByLabel("Code").fill(codeOf(secret, -1));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  const codes = dialog.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  await look();
  // What is shown once is not closed by mistake.
  await page.keyboard.press("Escape");
  const recovery = await codes.allTextContents();
  const download = page.waitForEvent("download");
  await dialog.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe("purser-recovery-codes.txt");
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(section).toContainText("10 of 10 recovery codes are left");
  return { secret, recovery };
}
