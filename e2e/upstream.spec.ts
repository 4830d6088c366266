import { expect, test } from "playwright/test";
import { passes } from "./axe.ts";
import { addProduct, at, demo, signedIn, toasted } from "./demo.ts";
import { anUpstream } from "./upstream-registry.ts";

test("an owner adds an upstream registry, mirrors one of its repositories, imports it; a viewer only looks", async ({
  browser,
}) => {
  const upstream = await anUpstream(["1.0"]);
  const slug = `mirror-${Date.now()}`;
  const name = `Upstream ${slug}`;
  const { page, context } = await signedIn(browser, "owner");
  await addProduct(page, slug);
  await page.goto(at("/upstream"));
  await passes(page);
  await page.getByRole("button", { name: "Add registry" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("Address").fill("https://169.254.169.254");
  await dialog.getByRole("button", { name: "Add registry" }).click();
  await expect(dialog.getByRole("alert")).toContainText("not of the public internet");
  await passes(page);
  await dialog.getByLabel("Address").fill(upstream.url);
  await dialog.getByRole("button", { name: "Add registry" }).click();
  await toasted(page, /answers, and was added/);

  await page.getByRole("link", { name }).click();
  await expect(page.getByText("Nothing mirrors it yet")).toBeVisible();
  await page.getByRole("button", { name: "Connect a repository" }).click();
  await dialog.getByLabel("Repository there").fill("team/app");
  await dialog.getByLabel("Repository here").fill(`${demo.tenant}/${slug}`);
  await passes(page);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await toasted(page, /mirrors it now/);
  await passes(page);
  const registry = page.url();

  await page.getByRole("link", { name: `${demo.tenant}/${slug}` }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("1 tag there: 1 new one")).toBeVisible();
  await passes(page);
  const mirror = page.url();
  await page.getByRole("button", { name: "Import now" }).click();
  await page.waitForURL(/runs/);
  await expect(page.getByText("1 tag: 1 new, 0 moved")).toBeVisible({ timeout: 60_000 });
  await page.goto(mirror.replace("/upstream", ""));
  await expect(page.getByRole("table")).toContainText("1.0");
  await context.close();

  const viewer = await signedIn(browser, "readonly");
  await viewer.page.goto(mirror);
  for (const verb of ["Change", "Disconnect", "Import now"]) {
    await expect(viewer.page.getByRole("button", { name: verb, exact: true })).toHaveAttribute("aria-disabled", "true");
  }
  await viewer.page.goto(registry);
  for (const verb of ["Change", "Set credentials", "Remove", "Connect a repository"]) {
    await expect(viewer.page.getByRole("button", { name: verb, exact: true })).toHaveAttribute("aria-disabled", "true");
  }
  await viewer.context.close();
  upstream.close();
});
