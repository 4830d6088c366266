import { expect, test } from "playwright/test";
import { at, demo, repositoryOf, rowOf, signedIn, toasted } from "./demo.ts";

test("an owner restricts a product, everybody keeps access, the log has it, and it is opened again", async ({
  browser,
}) => {
  const { page, context } = await signedIn(browser, "owner");
  await page.goto(at("/products"));
  const control = rowOf(page, repositoryOf(demo.images.open)).getByRole("switch");
  await expect(control).not.toBeChecked();

  await control.click();
  const dialog = page.getByRole("dialog");
  const keep = dialog.getByLabel("Keep current access");
  await expect(dialog).toContainText("Nobody loses access.");
  // Members who hold a grant already need none: a second run of this journey finds no box.
  if ((await keep.count()) > 0) {
    await expect(keep).toBeChecked();
    await keep.uncheck();
    await expect(dialog).toContainText(/loses? access\./);
    await keep.check();
  }
  await dialog.getByRole("button", { name: "Restrict" }).click();
  await toasted(page, /is now restricted/);
  await expect(control).toBeChecked();

  await page.goto(at("/audit?search=product.restricted"));
  const row = page.getByRole("row").filter({ hasText: "product.restricted" }).first();
  await expect(row).toContainText(demo.people.owner.email);
  await row.getByText("More").click();
  await expect(row).toContainText('"requiresEntitlement": true');

  await page.goto(at("/products"));
  await control.click();
  await expect(dialog).toContainText("Every member in good standing may pull it then.");
  await dialog.getByRole("button", { name: "Open" }).click();
  await toasted(page, /is now open to every member/);
  await expect(control).not.toBeChecked();
  await context.close();
});
