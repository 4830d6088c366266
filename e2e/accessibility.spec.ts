import { expect, type Page, test } from "playwright/test";
import { codeOf, registered, signInAgain, signOut, turnOnSecondFactor } from "./account.ts";
import { addressOf, haveOneOfEach } from "./addresses.ts";
import { passes } from "./axe.ts";
import { at, demo, repositoryOf, rowOf, signedIn, toasted, type Who } from "./demo.ts";

const ADMIN = ["/tenants", "/users", "/storage", "/health", "/outbox", "/audit", "/nothing"];
const PUBLIC = [
  "/",
  "/sign-in",
  "/register",
  "/register/confirm?token=x",
  "/reset-password",
  "/reset-password/confirm",
  "/invitation",
  "/mail/releases",
  `/store/${demo.tenant}`,
];
const OWN = ["/account", "/account/security", "/account/sessions", "/account/confirm-email?token=x"];
const PAGES: Record<string, { who: Who; paths: string[] }> = {
  "the owner's pages": {
    who: "owner",
    paths: [
      "/products",
      "/members",
      "/team",
      "/team/roles",
      "/audit",
      "/settings",
      "/settings/robots",
      "/settings/storage",
      "/downloads",
      "/downloads/tokens",
      "/billing",
      "/billing/prices",
      "/billing/events",
      "/billing/drift",
      "/entitlements",
      "/groups",
      "/providers/directory/settings",
      "/downloads/products/agent",
      "/insight",
      "/insight?days=365&product=agent",
      "/insight/versions",
      "/insight/members",
      "/insight/adopters",
      "/insight/adopters?version=newest&fetched=never",
      "/products/agent/releases",
      "/products/agent/releases?search=nothing",
      "/products/agent/recalls",
      "/providers",
      "/providers/stripe",
      "/providers/store",
      "/runs",
      "/runs?search=nothing",
      "/runs/*",
      "/compliance",
      "/backups",
      "/upstream",
      "/policies",
      "/policies/new",
      "/policies/new?kind=immutability",
      "/policies/new?kind=access",
      "/compliance/*",
      "/groups/*",
      "/providers/mail",
      "/nothing",
    ],
  },
  "a viewer's pages": {
    who: "readonly",
    paths: [
      "/products",
      "/members",
      "/team",
      "/team/roles",
      "/settings",
      "/settings/robots",
      "/settings/storage",
      "/billing",
      "/entitlements",
      "/insight",
      "/backups",
      "/upstream",
      "/providers",
      "/providers/stripe",
      "/providers/store",
      "/providers/directory/settings",
      "/runs",
      "/runs/*",
      "/compliance",
      "/compliance/*",
      "/groups",
      "/groups/*",
    ],
  },
  "a member's pages": {
    who: "unentitled",
    paths: [
      "/downloads",
      "/downloads/products/agent",
      "/downloads/products/enterprise",
      "/downloads/why?product=enterprise",
      "/downloads/tokens",
      "/downloads/history",
    ],
  },
};

const DIALOGS = [
  ["/team", "Invite"],
  ["/team", /^Change the role of manager/],
  ["/team", /^Remove manager/],
  ["/settings", "Delete"],
  ["/products", /switch workspace$/],
] as const;

test("the public pages pass axe and fit a phone", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const path of PUBLIC) await visit(page, demo.url + path);
  if (demo.stripe) await visit(page, demo.stripe);
  await context.close();
});

for (const [title, { who, paths }] of Object.entries(PAGES)) {
  test(`${title} pass axe and fit a phone`, async ({ browser }) => {
    await haveOneOfEach(browser);
    const { page, context } = await signedIn(browser, who);
    for (const path of ["/tenants?all", "/tenants/new"]) await visit(page, demo.url + path);
    for (const path of paths) await visit(page, await addressOf(page, path));
    await context.close();
  });
}

test("an admin's pages and a support view pass axe and fit a phone", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "admin");
  for (const path of ADMIN) await visit(page, `${demo.url}/admin${path}`);
  await page.goto(`${demo.url}/admin/users`);
  await opens(page, /^Make admin/);
  await page.goto(`${demo.url}/admin/tenants?search=${demo.tenant}`);
  await page.getByRole("link", { name: /^Details of/ }).click();
  await opens(page, "Enter for support");
  await page.getByLabel("Reason").fill("Axe reads what an admin sees.");
  await page.getByRole("button", { name: "Enter", exact: true }).click();
  await page.waitForURL(at("/products"));
  await visit(page, at("/products"));
  await page.getByRole("button", { name: "Leave" }).click();
  await page.waitForURL(/\/admin\/tenants\/[0-9a-f-]{36}$/);
  await visit(page, page.url());
  await context.close();
});

test("an account's own pages and dialogs pass axe and fit a phone", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  for (const path of OWN) await visit(page, demo.url + path);
  await page.goto(`${demo.url}/account/security`);
  const dialog = page.getByRole("dialog");
  for (const name of ["Change password", "Add a passkey"]) {
    await opens(page, name);
    await page.keyboard.press("Escape");
  }
  const { secret } = await turnOnSecondFactor(page, account.password, () => passes(page));
  await expect(dialog).toHaveCount(0);
  await visit(page, `${demo.url}/account/security`);
  await signOut(page);
  await signInAgain(page, account, /second-factor/);
  await visit(page, `${demo.url}/sign-in/second-factor`);
  await page.getByLabel("Code").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/tenants/);
  await context.close();
});

test("a product's and a repository's pages pass axe and fit a phone", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products/agent"));
  const repository = page.getByRole("link", { name: `${demo.tenant}/agent`, exact: true });
  const base = `${demo.url}${await repository.getAttribute("href")}`;
  for (const path of ["/products/agent", "/products/agent/retention"]) await visit(page, at(path));
  for (const path of ["", "?search=nothing", "/history", "/untagged", "/manifest?at=2.0", "/manifest?at=1.0"])
    await visit(page, base + path);
  // A published release holds it: there is no dialog, but a reason.
  await page.getByRole("button", { name: "Delete image" }).click();
  await toasted(page, /release/);
  await page.goto(at("/products/agent/retention"));
  await page.getByLabel("Keep the newest").fill("1");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("region", { name: "Preview" })).toBeVisible();
  await passes(page);
  await context.close();
});

test("a release's pages and dialogs pass axe and fit a phone", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products/agent/releases"));
  await opens(page, "New release");
  await page.goto(at("/products/agent/releases?status=draft"));
  await page.getByRole("link", { name: "2.1.0", exact: true }).click();
  await page.waitForURL(/releases\/[0-9a-f-]{36}$/);
  await passes(page);
  for (const name of ["Publish", "Archive", "Delete", /^Edit agent/, "Add an image"]) {
    await opens(page, name);
    await page.keyboard.press("Escape");
  }
  await page.getByRole("button", { name: "Edit notes" }).click();
  await passes(page);
  await page.goto(at("/products/agent/releases/prune"));
  await page.getByLabel("Keep the newest").fill("1");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("region", { name: "Preview" })).toBeVisible();
  await passes(page);
  await context.close();
});

test("a member's entitlements and the dialogs pass axe", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/members"));
  await page
    .getByRole("link", { name: /^Entitlements of/ })
    .first()
    .click();
  await page.waitForURL(/members\/[0-9a-f-]{36}$/);
  await visit(page, page.url());
  await opens(page, "Grant a product");
  await page.goto(at("/products"));
  await rowOf(page, repositoryOf(demo.images.open)).getByRole("switch").click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await passes(page);
  await page.keyboard.press("Escape");
  await opens(page, "Add product");
  for (const [path, button] of DIALOGS) {
    await page.goto(at(path));
    await opens(page, button);
  }
  await context.close();
});

/** Has axe read a page in both looks and both layouts, of which none may be wider than its window. */
async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await passes(page);
}

/** Has axe read the dialog that the first button of that name opens. */
async function opens(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await passes(page);
}
