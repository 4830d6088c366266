import { readFileSync } from "node:fs";
import { type Browser, type BrowserContext, expect, type Page } from "playwright/test";
import type { Demo } from "../prisma/seed.ts";
import { settings } from "./settings.ts";

interface Person {
  email: string;
  password: string;
}

/** The people and images of the running demo, as `npm run up` wrote them down. */
export const demo: Demo = JSON.parse(readFileSync(settings.demoFile, "utf8"));

export type Who = keyof Demo["people"];

/** An address of the demo's tenant. */
export function at(path: string, { url, tenant }: Demo = demo): string {
  return `${url}/t/${tenant}${path}`;
}

/** A repository's name, from an image's. */
export function repositoryOf(image: string): string {
  return image.slice(0, image.lastIndexOf(":"));
}

/** Fills in the sign-in page and sends it. */
export async function fillSignIn(page: Page, { email, password }: Person, { url }: Demo = demo): Promise<void> {
  await page.goto(`${url}/sign-in`);
  // The form works without scripts, too, but then answers with a page of its own.
  await page.waitForLoadState("networkidle");
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

type ContextOptions = Parameters<Browser["newContext"]>[0];

/** A browser of one person's own, signed in by the sign-in page; close its context when done. */
export async function signedIn(
  browser: Browser,
  who: Who,
  options?: ContextOptions,
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await fillSignIn(page, demo.people[who]);
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  return { page, context };
}

/** What the owner calls the product of a repository. */
export async function productNameOf(page: Page, repository: string): Promise<string> {
  await page.goto(at("/products"));
  const label = await rowOf(page, repository).getByRole("switch").getAttribute("aria-label");
  return (label ?? "").replace(/ is restricted$/, "");
}

/** The row of the products page that names a repository. */
export function rowOf(page: Page, repository: string) {
  return page.getByRole("row").filter({ has: page.getByText(repository, { exact: true }) });
}

/** Waits for a toast that says so. */
export async function toasted(page: Page, words: RegExp): Promise<void> {
  await expect(page.locator("[data-sonner-toast]").filter({ hasText: words }).first()).toBeVisible();
}

/** Adds an open product by its dialog, named by its slug. */
export async function addProduct(page: Page, slug: string, of: Demo = demo): Promise<void> {
  await page.goto(at("/products", of));
  await page.getByRole("button", { name: "Add product" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(slug);
  await dialog.getByLabel("Short name").fill(slug);
  await dialog.getByRole("button", { name: "Add product" }).click();
  await toasted(page, /was added/);
}
