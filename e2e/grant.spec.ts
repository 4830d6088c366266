import { expect, test } from "playwright/test";
import { at, demo, productNameOf, repositoryOf, signedIn, toasted } from "./demo.ts";

test("a grant unlocks a product in the member's portal, and its revoke locks it again", async ({ browser }) => {
  const owner = await signedIn(browser, "owner");
  const member = await signedIn(browser, "unentitled");
  const { page } = owner;
  const product = await productNameOf(page, repositoryOf(demo.images.restricted));
  const card = member.page.getByRole("article", { name: product });
  await member.page.goto(at("/downloads"));
  await expect(card).toContainText("does not include this product");

  await page.goto(at(`/members?search=${encodeURIComponent(demo.people.unentitled.email)}`));
  await page.getByRole("link", { name: `Entitlements of ${demo.people.unentitled.email}` }).click();
  await page.getByRole("button", { name: `Grant ${product}`, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Last day").fill("2020-01-01");
  await dialog.getByRole("button", { name: "Grant", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("in the past");
  await dialog.getByLabel("Last day").fill("");
  await dialog.getByLabel("Reason").fill("a journey's grant");
  await dialog.getByRole("button", { name: "Grant", exact: true }).click();
  await toasted(page, /Granted/);

  await member.page.reload();
  await expect(card).toContainText(`docker pull ${new URL(demo.url).host}/${demo.images.restricted.split(":")[0]}`);

  await page.getByRole("button", { name: `Revoke ${product} (given by hand)` }).click();
  await expect(dialog).toContainText(`loses access to ${product} with the next request`);
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await toasted(page, /Revoked/);
  await expect(page.getByRole("table", { name: "Ledger" })).toContainText("a journey's grant");

  await member.page.reload();
  await expect(card).toContainText("does not include this product");
  await owner.context.close();
  await member.context.close();
});
