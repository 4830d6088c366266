import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Browser, expect, type Page, test } from "playwright/test";
import { registered } from "./account.ts";
import { passes } from "./axe.ts";
import { at, demo, signedIn } from "./demo.ts";
import { buy, customerAt, delivered, happen, newToken, openPortal, pull, store } from "./shop.ts";

const { open, restricted } = demo.images;
const MONTHLY = "Membership, monthly";
const ADD_ON = "Acme Enterprise, monthly";

/** What the two images are answered: that of the membership, that of the add-on. */
async function access(token: string): Promise<string> {
  const [first, second] = [await pull(open, token), await pull(restricted, token)];
  return `${first.status} ${second.status}`;
}

/** What the owner reads in the audit log about somebody. */
async function auditOf(browser: Browser, email: string): Promise<string> {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at(`/audit?search=${encodeURIComponent(email)}`));
  const text = (await page.getByRole("table").textContent()) ?? "";
  await context.close();
  return text;
}

/** The subscription of a customer, on the stand-in's control page. */
async function subscriptionOf(page: Page, email: string, what: string) {
  return (await customerAt(page, email)).getByRole("region", { name: new RegExp(`^${what}`) }).first();
}

test("a stranger buys a membership and an add-on on the storefront, and pulls what was paid for", async ({
  browser,
}) => {
  const { page, context, account } = await registered(browser);
  await page.goto(store);
  await expect(page.getByRole("button", { name: `Buy ${ADD_ON}` })).toHaveAttribute("aria-disabled", "true");

  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: `Buy ${MONTHLY}`, exact: true }).click();
  await page.getByRole("button", { name: "Try a card that is refused" }).click();
  await expect(page.getByRole("alert")).toHaveText("Your card was declined.");
  await page.getByRole("button", { name: "Cancel and go back" }).click();
  await expect(page).toHaveURL(store);
  await delivered(page);
  await buy(page, MONTHLY);

  const token = await newToken(page);
  expect(await access(token)).toBe("200 403");
  await page.goto(at("/downloads"));
  await expect(page.getByRole("region", { name: new RegExp(MONTHLY) })).toContainText("Active");

  await buy(page, ADD_ON);
  await delivered(page);
  // Stripe's word has arrived: the very next request is allowed.
  expect(await access(token)).toBe("200 200");
  await pullWithSkopeo(token);

  const story = await auditOf(browser, account.email);
  for (const deed of ["member.joined", "billing.subscription_changed", "entitlement.granted"]) {
    expect(story).toContain(deed);
  }
  await context.close();
});

test("what is changed and canceled in the portal holds, and ends when it should", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  await buy(page, MONTHLY);
  await buy(page, ADD_ON);
  const token = await newToken(page);

  await openPortal(page);
  const membership = page.getByRole("region", { name: /^Membership/ });
  await membership.getByRole("combobox", { name: "Switch" }).selectOption({ label: "Membership, $190.00 a year" });
  await membership.getByRole("button", { name: "Switch" }).click();
  const addOn = page.getByRole("region", { name: /^Acme Enterprise/ });
  await addOn.getByRole("button", { name: "Cancel at the end of the period" }).click();
  await expect(addOn).toContainText("ends on");
  await page.getByRole("link", { name: /^Back to/ }).click();
  await delivered(page);
  await page.reload();
  await expect(page.getByRole("region", { name: /^Membership, yearly/ })).toContainText("It renews on");
  // Paid until then.
  expect(await access(token)).toBe("200 200");

  const canceled = await subscriptionOf(page, account.email, "Acme Enterprise");
  await happen(page, canceled.getByRole("button", { name: "Cancel now" }));
  expect(await access(token)).toBe("200 403");
  const story = await auditOf(browser, account.email);
  expect(story).toContain("entitlement.revoked");
  await context.close();
});

test("a failed renewal leaves the days of grace, a pause none", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  await buy(page, MONTHLY);
  const token = await newToken(page);

  const membership = await subscriptionOf(page, account.email, "Membership");
  await happen(page, membership.getByRole("button", { name: "Let the renewal fail" }));
  expect(await access(token)).toBe("200 403");
  await page.goto(at("/downloads"));
  await expect(page.getByRole("region", { name: new RegExp(MONTHLY) })).toContainText("Payment due");
  const team = await signedIn(browser, "readonly");
  await team.page.goto(at(`/members?search=${account.email}`));
  await expect(team.page.getByRole("table", { name: "Members" })).toContainText("past due, access until");
  await passes(team.page);
  await team.context.close();

  await openPortal(page);
  await page.getByRole("button", { name: "Pay what is open" }).click();
  await expect(page.getByRole("region", { name: /^Membership/ })).toContainText("active");
  await delivered(page);
  const again = await subscriptionOf(page, account.email, "Membership");
  await happen(page, again.getByRole("button", { name: "Pause" }));
  expect((await pull(open, token)).status).toBe(403);
  const paused = await subscriptionOf(page, account.email, "Membership");
  await happen(page, paused.getByRole("button", { name: "Resume" }));
  expect((await pull(open, token)).status).toBe(200);
  await context.close();
});

test("a refund takes back what was paid for, a dispute until it is won", async ({ browser }) => {
  const { page, context, account } = await registered(browser);
  await buy(page, MONTHLY);
  await buy(page, ADD_ON);
  const token = await newToken(page);
  expect(await access(token)).toBe("200 200");

  const payment = async (amount: string) =>
    (await customerAt(page, account.email)).getByRole("group", { name: new RegExp(`^Payment of \\${amount}`) });
  await happen(page, (await payment("$49.00")).getByRole("button", { name: "Refund", exact: true }));
  expect(await access(token)).toBe("200 403");

  await happen(page, (await payment("$19.00")).getByRole("button", { name: "Dispute", exact: true }));
  const denied = await pull(open, token);
  expect([denied.status, denied.text]).toEqual([403, expect.stringContaining("DENIED")]);
  await happen(page, (await payment("$19.00")).getByRole("button", { name: "Dispute won" }));
  expect(await access(token)).toBe("200 403");

  const story = await auditOf(browser, account.email);
  for (const deed of ["entitlement.granted", "entitlement.revoked", "billing.subscription_changed"]) {
    expect(story).toContain(deed);
  }
  await context.close();
});

test("events that come late, twice and in any order end the same", async ({ browser }) => {
  const { page, context } = await registered(browser);
  const deliver = async (how: string) => {
    await page.goto(demo.stripe ?? "");
    await page.getByLabel(how).check();
    await page.getByRole("button", { name: "Deliver so" }).click();
  };
  try {
    await deliver("Shuffled");
    await buy(page, MONTHLY);
    await deliver("Each one twice");
    await buy(page, ADD_ON);
    await delivered(page);
    expect(await access(await newToken(page))).toBe("200 200");
  } finally {
    await deliver("At once");
    await context.close();
  }
});

const run = promisify(execFile);

/** The same with a real client, where one is installed. */
async function pullWithSkopeo(token: string): Promise<void> {
  const there = await run("skopeo", ["--version"]).catch(() => null);
  if (!there) return;
  const folder = mkdtempSync(path.join(tmpdir(), "purser-shop-"));
  const { host, protocol } = new URL(demo.url);
  const plain = protocol === "http:" ? ["--src-tls-verify=false"] : [];
  const from = ["--src-creds", `token:${token}`, `docker://${host}/${restricted}`];
  try {
    await run("skopeo", ["--insecure-policy", "copy", ...plain, ...from, `dir:${folder}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
