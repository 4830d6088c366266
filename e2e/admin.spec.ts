import { expect, type Page, test } from "playwright/test";
import { at, demo, repositoryOf, rowOf, signedIn, toasted } from "./demo.ts";

const REASON = `A journey asked to look, ${Date.now()}.`;
const PATHS = ["", "/", "/tenants", "/users", "/health", "/outbox", "/audit", "/nothing", "/Users", "/users.rsc"];

test("an admin looks into a tenant with a reason, changes nothing, and leaves; the owner reads of it", async ({
  browser,
}) => {
  const { page, context } = await signedIn(browser, "admin");
  expect((await page.goto(at("/products")))?.status()).toBe(404);
  await enterTenant(page);

  const banner = page.getByRole("region", { name: "Support view" });
  for (const path of ["/products", "/members", "/settings/robots", "/audit"]) {
    await page.goto(at(path));
    await expect(banner, path).toContainText(/Support view as readonly, until \d+ \w+ \d{4}, [\d:]+ UTC/);
    await expect(banner, path).toContainText(REASON);
  }
  await page.goto(at("/products"));
  const control = rowOf(page, repositoryOf(demo.images.open)).getByRole("switch");
  await expect(control).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("button", { name: "Add product" })).toHaveAttribute("aria-disabled", "true");
  await control.focus();
  await expect(page.getByRole("tooltip")).toContainText(/Your role, readonly, is not allowed to/);
  await expect(page.getByRole("link", { name: "Downloads" })).toHaveCount(0);
  for (const path of ["/downloads", "/downloads/tokens"]) {
    expect((await page.goto(at(path)))?.status(), path).toBe(404);
  }

  await page.goto(at("/products"));
  await banner.getByRole("button", { name: "Leave" }).click();
  await page.waitForURL(/\/admin\/tenants\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("table", { name: "Support views" })).toContainText(REASON);
  expect((await page.goto(at("/products")))?.status()).toBe(404);
  await context.close();
  await ownerReadsOfIt(await signedIn(browser, "owner"));
});

async function enterTenant(page: Page): Promise<void> {
  await page.goto(`${demo.url}/admin/tenants?search=${demo.tenant}`);
  await page.getByRole("link", { name: /^Details of/ }).click();
  await page.getByRole("button", { name: "Enter for support" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("too short");
  await dialog.getByRole("button", { name: "Enter", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("at least 10 characters");
  await dialog.getByLabel("Reason").fill(REASON);
  await dialog.getByLabel("For").selectOption("1 hour");
  await dialog.getByRole("button", { name: "Enter", exact: true }).click();
  await page.waitForURL(at("/products"));
}

async function ownerReadsOfIt({ page, context }: Awaited<ReturnType<typeof signedIn>>): Promise<void> {
  const entered = page.getByRole("row").filter({ hasText: REASON });
  await page.goto(at("/audit?search=support.entered"));
  await expect(entered).toContainText(`${demo.people.admin.email} (support)`);
  await page.goto(at("/audit?search=support.left"));
  await expect(page.getByRole("row").filter({ hasText: "support.left" }).first()).toBeVisible();
  await context.close();
}

test("the instance's pages are not there for an owner, byte by byte, and ask everyone else to sign in", async ({
  browser,
  playwright,
}) => {
  const { page, context } = await signedIn(browser, "owner");
  const ask = async (path: string) => {
    const answer = await context.request.get(demo.url + path, { maxRedirects: 0 });
    return { status: answer.status(), bytes: (await answer.body()).toString("hex") };
  };
  const unknown = await ask("/t/no-such-workspace/products");
  expect(unknown.status).toBe(404);
  for (const path of PATHS) expect(await ask(`/admin${path}`), path).toEqual(unknown);
  await page.goto(at("/products"));
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(page.getByRole("menuitem", { name: "All workspaces" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Instance" })).toHaveCount(0);
  await context.close();

  const anonymous = await playwright.request.newContext();
  for (const path of PATHS) {
    const answer = await anonymous.get(`${demo.url}/admin${path}`, { maxRedirects: 0 });
    expect(answer.status(), path).toBe(307);
    expect(answer.headers().location, path).toContain("/sign-in?callbackUrl=%2Fadmin");
  }
  await anonymous.dispose();
});

test("an admin makes another one and takes it back; the last one stays, and both stand in the log", async ({
  browser,
}) => {
  const { page, context } = await signedIn(browser, "admin");
  const other = await signedIn(browser, "stranger");
  const dialog = page.getByRole("dialog");
  const { email } = demo.people.stranger;
  await page.goto(`${demo.url}/tenants?all`);
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Instance" }).click();
  await page.getByRole("link", { name: "Users" }).click();
  await page.waitForURL(/\/admin\/users$/);
  const self = page.getByRole("button", { name: `Remove admin: ${demo.people.admin.email}` });
  await expect(self).toHaveAttribute("aria-disabled", "true");
  await self.focus();
  await expect(page.getByRole("tooltip")).toContainText("last instance admin");

  await page.getByRole("button", { name: `Make admin: ${email}` }).click();
  await expect(dialog).toContainText("see every tenant and every account");
  await dialog.getByRole("button", { name: "Make admin" }).click();
  await toasted(page, /Made an instance admin/);
  expect((await other.page.goto(`${demo.url}/admin/health`))?.status()).toBe(200);
  await expect(other.page.getByRole("row").filter({ hasText: "Database" })).toContainText(/PostgreSQL .* answers/);

  await page.getByRole("button", { name: `Remove admin: ${email}` }).click();
  await expect(dialog).toContainText("They lose these pages with the next request");
  await dialog.getByRole("button", { name: "Remove admin" }).click();
  await toasted(page, /No instance admin any more/);
  expect((await other.page.goto(`${demo.url}/admin/health`))?.status()).toBe(404);

  await page.goto(`${demo.url}/admin/audit?search=instance.admin`);
  for (const action of ["instance.adminMade", "instance.adminRemoved"]) {
    await expect(page.getByRole("row").filter({ hasText: action }).first()).toContainText(email);
  }
  await context.close();
  await other.context.close();
});
