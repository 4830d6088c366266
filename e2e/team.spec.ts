import { type Browser, expect, type Page, test } from "playwright/test";
import { letters } from "./account.ts";
import { at, demo, signedIn, toasted } from "./demo.ts";

const PASSWORD = "a password for the journey";

/** The link of the last invitation to an address. */
function linkIn(email: string): string {
  const last = letters().find((letter) => letter.startsWith(`To: ${email}\n`)) ?? "";
  return /https?:\/\/\S+\/invitation\?token=\S+/.exec(last)?.[0] ?? "";
}

async function ownWorkspace(browser: Browser) {
  const name = `Team ${Date.now().toString(36)}`;
  const { page, context } = await signedIn(browser, "admin");
  await page.goto(`${demo.url}/tenants/new`);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Register" }).click();
  await page.waitForURL(/\/t\/team-.*\/products$/);
  const base = page.url().replace(/\/products$/, "");
  return { page, base, close: () => context.close() };
}

const rowOf = (page: Page, email: string) => page.getByRole("row").filter({ hasText: email });

async function invite(page: Page, email: string, role: string): Promise<void> {
  await page.getByRole("button", { name: "Invite" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email address").fill(email);
  await dialog.getByRole("radio", { name: role }).check();
  await dialog.getByRole("button", { name: "Send the invitation" }).click();
  await expect(dialog).toHaveCount(0);
}

/** Accepts with an account that is made for it: a password that is too short first. */
async function acceptAsNew(page: Page, { link, base }: { link: string; base: string }): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole("heading", { name: /^Join Team/ })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await page.getByLabel("Name").fill("Nia New");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "at least 12 characters" })).toBeVisible();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(`${base}/products`);
}

test("somebody is invited, accepts with a new account, gets another role, and is removed", async ({ browser }) => {
  const { page, base, close } = await ownWorkspace(browser);
  const email = `new-${Date.now().toString(36)}@acme.example`;
  await page.goto(`${base}/team`);
  await invite(page, email, "operator");
  await toasted(page, /on its way/);
  const old = linkIn(email);
  await page.getByRole("button", { name: `Resend to ${email}` }).click();
  await expect.poll(() => linkIn(email)).not.toBe(old);

  const context = await browser.newContext();
  const theirs = await context.newPage();
  await theirs.goto(old);
  await expect(theirs.getByRole("heading", { name: "This invitation leads nowhere any more" })).toBeVisible();
  await acceptAsNew(theirs, { link: linkIn(email), base });
  await expect(theirs.getByRole("button", { name: "Add product" })).toHaveAttribute("aria-disabled", "true");

  await page.reload();
  await expect(page.getByText("No invitation is open")).toBeVisible();
  await page.getByRole("button", { name: `Change the role of ${email}` }).click();
  await page.getByRole("dialog").getByRole("radio", { name: "manager" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
  await toasted(page, /is now manager/);
  await theirs.reload();
  await expect(theirs.getByRole("button", { name: "Add product" })).not.toHaveAttribute("aria-disabled", "true");

  await page.getByRole("button", { name: `Remove ${email}` }).click();
  await expect(page.getByRole("dialog")).toContainText("lose access");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await toasted(page, /was removed/);
  await expect(rowOf(page, email)).toHaveCount(0);
  expect((await theirs.goto(`${base}/products`))?.status()).toBe(404);
  await context.close();
  await close();
});

test("somebody with an account is asked to sign in as who was invited, accepts and may not go as the only owner", async ({
  browser,
}) => {
  const first = await ownWorkspace(browser);
  const email = `known-${Date.now().toString(36)}@acme.example`;
  await first.page.goto(`${first.base}/team`);
  await invite(first.page, email, "readonly");
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await acceptAsNew(theirs, { link: linkIn(email), base: first.base });
  await first.close();

  const { page, base, close } = await ownWorkspace(browser);
  await page.goto(`${base}/team`);
  await invite(page, email, "owner");
  await expect.poll(() => linkIn(email)).not.toBe("");
  const link = linkIn(email);
  await page.goto(link);
  await expect(page.getByText(`this invitation is for ${email}`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign out and come back" })).toBeVisible();
  const nobody = await browser.newContext();
  const anonymous = await nobody.newPage();
  await anonymous.goto(link);
  await expect(anonymous.getByText(`There is an account for ${email} already`)).toBeVisible();
  await nobody.close();

  await theirs.goto(link);
  await theirs.waitForLoadState("networkidle");
  await theirs.getByRole("button", { name: "Accept" }).click();
  await theirs.waitForURL(`${base}/products`);
  await toasted(theirs, /as owner/);

  await page.goto(`${base}/team`);
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith(new URL(base).pathname));
  await theirs.goto(`${base}/team`);
  const leave = theirs.getByRole("button", { name: "Leave" });
  await expect(leave).toHaveAttribute("aria-disabled", "true");
  await leave.focus();
  await expect(theirs.getByRole("tooltip")).toContainText("only owner left");
  await context.close();
  await close();
});

test("a viewer sees the team, its roles and the settings, and is told why nothing there is theirs to do", async ({
  browser,
}) => {
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(at("/team"));
  for (const name of ["Invite", `Remove ${demo.people.operator.email}`]) {
    const button = page.getByRole("button", { name });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await button.focus();
    await expect(page.getByRole("tooltip")).toContainText("Your role, readonly, is not allowed to");
  }
  await page.getByRole("link", { name: "What each role may do" }).click();
  const row = page.getByRole("row").filter({ hasText: "team.invite" });
  const marks = row.getByRole("img");
  await expect(marks).toHaveCount(5);
  const said = await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute("aria-label")));
  expect(said).toEqual(["yes", "yes", "no", "no", "no"]);
  await page.goto(at("/settings"));
  for (const name of ["Save", "Archive", "Delete"]) {
    await expect(page.getByRole("button", { name })).toHaveAttribute("aria-disabled", "true");
  }
  const box = page.getByLabel("Public storefront");
  await expect(box).toBeChecked();
  await box.click({ force: true });
  await expect(box).toBeChecked();
  await context.close();
});
