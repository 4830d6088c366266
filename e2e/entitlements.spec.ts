import { expect, test } from "playwright/test";
import { at, demo, productNameOf, repositoryOf, signedIn, toasted } from "./demo.ts";

test("a group gives its product to who joins, both sides see why, and deleting it takes it back", async ({
  browser,
}) => {
  const owner = await signedIn(browser, "owner");
  const member = await signedIn(browser, "unentitled");
  const { page } = owner;
  const { email } = demo.people.unentitled;
  const product = await productNameOf(page, repositoryOf(demo.images.restricted));
  const name = `Partners ${Date.now()}`;

  await page.goto(at("/groups"));
  await page.getByRole("button", { name: "Add group" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Add group" }).click();
  await toasted(page, /was added/);
  await page.getByRole("link", { name }).click();
  await page.getByRole("button", { name: "Give a product" }).click();
  await dialog.getByLabel("Product").selectOption({ label: product });
  await dialog.getByRole("button", { name: "Give it" }).click();
  await toasted(page, /gives it now/);

  const why = member.page.getByRole("region", { name: "The answer" });
  const slug = repositoryOf(demo.images.restricted).split("/")[1];
  await member.page.goto(at(`/downloads/why?product=${slug}`));
  await expect(why).toContainText("does not include this product");
  await expect(member.page.getByRole("region", { name: "The next step" })).toBeVisible();

  await page.getByRole("button", { name: "Add members" }).click();
  await dialog.getByLabel("Addresses").fill(`${email}\nnobody@nowhere.example`);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("nobody@nowhere.example");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await member.page.reload();
  await expect(why).toContainText("You may pull it");

  await page.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toContainText("1 person loses a product");
  await expect(dialog).toContainText(`${email}: ${product}`);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(at("/groups"));
  await member.page.reload();
  await expect(why).toContainText("does not include this product");
  await owner.context.close();
  await member.context.close();
});

test("a list is previewed, done by a worker and taken back", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "owner");
  const { email } = demo.people.unentitled;
  const product = await productNameOf(page, repositoryOf(demo.images.restricted));
  const dialog = page.getByRole("dialog");
  const prepare = async (what: "grant" | "revoke", list: string) => {
    await page.goto(at("/members/bulk"));
    await page.getByLabel("What", { exact: true }).selectOption(what);
    await page.getByLabel("Product").selectOption({ label: product });
    await page.getByLabel("Members", { exact: true }).fill(list);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.waitForURL(/members\/bulk\/[0-9a-f-]{36}/);
  };
  const confirm = async (verb: string) => {
    await page.getByRole("button", { name: verb, exact: true }).click();
    await dialog.getByRole("button", { name: verb, exact: true }).click();
    await expect(page.getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  };
  await prepare("grant", `${email},trial\nnobody@nowhere.example\nnot an address`);
  const lines = page.getByRole("table", { name: "Lines" });
  await expect(lines).toContainText("Gain it");
  await expect(lines).toContainText("No member has that address");
  await expect(lines).toContainText("It is not an address.");
  await confirm("Grant");
  await expect(lines).toContainText("Granted");
  await prepare("revoke", email);
  await expect(lines).toContainText("Lose access");
  await confirm("Revoke");
  await expect(lines).toContainText("Revoked");
  await page.goto(at("/audit?search=entitlement.bulk"));
  await expect(page.getByRole("row").filter({ hasText: "entitlement.bulkRevoked" }).first()).toBeVisible();
  await context.close();
});

test("somebody who may only look sees the same pages, and what they can't do says why", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "readonly");
  await page.goto(at("/groups"));
  const add = page.getByRole("button", { name: "Add group" });
  await expect(add).toHaveAttribute("aria-disabled", "true");
  await expect(add).toHaveAccessibleDescription(/not allowed to manage groups/);
  await page.goto(at("/members/bulk"));
  await expect(page.getByRole("button", { name: "Preview" })).toHaveAccessibleDescription(/not allowed to grant/);
  await page.goto(at("/entitlements"));
  const restrict = page.getByRole("switch").first();
  await expect(restrict).toHaveAccessibleDescription(/not allowed to restrict/);
  await context.close();
});
