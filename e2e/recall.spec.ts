import { randomBytes } from "node:crypto";
import { expect, test } from "playwright/test";
import { letters } from "./account.ts";
import { passes } from "./axe.ts";
import { addProduct, at, demo, signedIn, toasted } from "./demo.ts";

test("an owner recalls a release: who downloaded it is told in the portal and by letter, and a viewer only looks", async ({
  browser,
}) => {
  const slug = `recall-${Date.now()}`;
  const file = `${slug}.tar.gz`;
  const owner = await signedIn(browser, "owner");
  const { page } = owner;
  await addProduct(page, slug);
  await page.goto(at(`/products/${slug}/recalls`));
  await expect(page.getByText("Nothing was recalled")).toBeVisible();
  await page.goto(at(`/products/${slug}/releases`));
  await page.getByRole("button", { name: "New release" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Version").fill("1.0.0");
  await dialog.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL(/releases\/[0-9a-f-]{36}$/);
  const release = page.url();
  await page
    .locator("input[type=file]")
    .setInputFiles([{ name: file, mimeType: "application/gzip", buffer: randomBytes(1000) }]);
  await expect(page.getByRole("table", { name: "Files" })).toContainText(file);
  await page.getByRole("button", { name: "Publish" }).click();
  await dialog.getByRole("button", { name: "Publish" }).click();
  await toasted(page, /1.0.0 is published/);

  const member = await signedIn(browser, "unentitled");
  const portal = member.page;
  await portal.goto(at(`/downloads/products/${slug}`));
  await Promise.all([
    portal.waitForEvent("download"),
    portal.getByRole("button", { name: `Download ${file}` }).click(),
  ]);

  // The download is counted within a second or two.
  await expect
    .poll(async () => {
      await page.reload();
      await page.getByRole("button", { name: "Recall…" }).click();
      return dialog.textContent();
    })
    .toContain("1 member fetched it.");
  await dialog.getByRole("button", { name: "Recall", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("is missing");
  await passes(page);
  await dialog.getByLabel("Reason").fill("It loses data.");
  await dialog.getByLabel("Move to").fill("1.0.1");
  await expect(dialog.getByLabel("Tell the 1 member by mail")).toBeChecked();
  await dialog.getByRole("button", { name: "Recall", exact: true }).click();
  await page.waitForURL(/recalls\/[0-9a-f-]{36}$/);
  await expect(page.getByText("1 sent")).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole("table", { name: "Who fetched it" })).toContainText(demo.people.unentitled.email);
  await passes(page);
  const csv = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  expect((await csv).suggestedFilename()).toMatch(/^fetched-.*\.csv$/);
  const letter = letters().find((text) =>
    text.startsWith(`To: ${demo.people.unentitled.email}\nSubject: Recalled: ${slug}`),
  );
  expect(letter).toContain("It loses data.");
  expect(letter).toContain(`- ${file}, last on `);
  const recall = page.url();

  await portal.goto(at("/downloads"));
  const notice = portal.getByRole("region", { name: /recalled/ });
  await expect(notice).toContainText(`${slug} 1.0.0`);
  await expect(notice).toContainText("Move to 1.0.1.");
  await passes(portal);
  await portal.goto(at(`/downloads/products/${slug}`));
  await expect(portal.getByRole("article", { name: "1.0.0" })).toContainText("Do not use it any more");
  await passes(portal);

  const viewer = await signedIn(browser, "readonly");
  await viewer.page.goto(release);
  await expect(viewer.page.getByText("Do not use it any more")).toBeVisible();
  await page.goto(release);
  const restore = page.getByRole("button", { name: "Restore" });
  await expect(restore).toHaveAccessibleDescription("1.0.0 is recalled: lift the recall first.");
  await page.goto(recall);
  await viewer.page.goto(recall);
  const lift = viewer.page.getByRole("button", { name: "Lift" });
  await expect(lift).toHaveAttribute("aria-disabled", "true");
  await expect(lift).toHaveAccessibleDescription(/recall releases and images/);

  await page.getByRole("button", { name: "Lift" }).click();
  await dialog.getByLabel("Reason").fill("It was the other one.");
  await dialog.getByRole("button", { name: "Lift" }).click();
  await toasted(page, /recall is lifted/);
  await portal.goto(at("/downloads"));
  await expect(portal.getByText(`${slug} 1.0.0`)).toHaveCount(0);
  for (const { context } of [owner, member, viewer]) await context.close();
});
