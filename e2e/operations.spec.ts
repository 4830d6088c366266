import { readFileSync } from "node:fs";
import { expect, test } from "playwright/test";
import { at, demo, signedIn } from "./demo.ts";

test("an operator looks at what the workspace depends on, and each run is followed to its end", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "operator");
  await page.goto(at("/providers"));
  await page.getByRole("link", { name: "Stripe", exact: true }).click();
  await page.getByRole("button", { name: "Check health" }).click();
  await page.waitForURL(/\/runs\//);
  await expect(page.getByRole("main").getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("list", { name: "Log" })).toContainText("Permissions: The key may do all");
  await page.getByRole("main").getByRole("link", { name: "Stripe", exact: true }).click();
  await expect(page.getByRole("table", { name: "What the check found" })).toContainText("Webhook");
  await page.getByRole("button", { name: "Sync inventory" }).click();
  await page.waitForURL(/\/runs\//);
  await expect(page.getByRole("main").getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.goto(at("/runs?search=stripe"));
  await expect(page.getByRole("table", { name: "Runs" })).toContainText("Inventory sync");
  await context.close();
});

test("a viewer sees the same, and is told why nothing there is theirs to start", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "readonly");
  for (const [path, name] of [
    ["/providers/store", "Check health"],
    ["/providers/store", "Sync inventory"],
    ["/compliance", "Take a snapshot"],
  ] as const) {
    await page.goto(at(path));
    const button = page.getByRole("button", { name });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await button.focus();
    await expect(page.getByRole("tooltip")).toContainText("Your role, readonly, is not allowed to");
  }
  await context.close();
});

test("a snapshot is taken, read, taken along with its signature, and compared with the next", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "operator");
  for (const _ of [1, 2]) {
    await page.goto(at("/compliance"));
    await page.getByRole("button", { name: "Take a snapshot" }).click();
    await page.waitForURL(/\/runs\//);
    await expect(page.getByRole("main").getByText("Done", { exact: true })).toBeVisible({ timeout: 60_000 });
  }
  await page.goto(at("/compliance"));
  await page.getByRole("table", { name: "Snapshots" }).getByRole("link").first().click();
  await expect(page.getByText("Signed by this instance")).toBeVisible();
  await expect(page.getByRole("table", { name: "Team" })).toContainText(demo.people.owner.email);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "JSON, signed" }).click();
  const { snapshot, signature } = JSON.parse(readFileSync(await (await downloading).path(), "utf8"));
  expect([snapshot.tenant.slug, signature.algorithm]).toEqual([demo.tenant, "Ed25519"]);
  await page.goto(at("/compliance"));
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByRole("heading", { name: "What changed" })).toBeVisible();
  await context.close();
});
