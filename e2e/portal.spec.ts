import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "playwright/test";
import { at, demo, signedIn } from "./demo.ts";

const LINUX = "Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";

test("a member finds a release, reads its notes, copies lines and downloads the file for their computer", async ({
  browser,
}) => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, context } = await signedIn(browser, "entitled", { userAgent: LINUX, permissions });
  await page.goto(at("/downloads?search=agent"));
  await expect(page.getByRole("article")).toHaveCount(1);
  await expect(page.getByRole("article")).toContainText("2.0.0");
  await page.getByRole("link", { name: "Acme Agent", exact: true }).click();
  await page.waitForURL(at("/downloads/products/agent"));

  const install = page.getByRole("region", { name: "Install it" });
  await expect(install).toContainText("“demo”");
  await install.getByRole("tab", { name: "Compose" }).click();
  await install.getByRole("button", { name: "Copy compose.yaml" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`    image: ${new URL(demo.url).host}/${demo.tenant}/agent@sha256:`);
  await install.getByRole("tab", { name: "curl" }).click();
  await expect(install.getByRole("tabpanel")).toContainText("linux-arm64.tar.gz");

  const release = page.getByRole("article", { name: "2.0.0", exact: true });
  await expect(release).toContainText("Newest");
  const withdrawn = page.getByRole("article", { name: "0.9.0" });
  await expect(withdrawn).toContainText("It loses the last minute");
  await expect(withdrawn.getByRole("table")).not.toBeVisible();
  await withdrawn.getByText("4 files").click();
  await expect(withdrawn.getByRole("table", { name: "Files of 0.9.0" })).toBeVisible();
  await page.getByLabel("Channel").selectOption("stable");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("article", { name: "2.1.0-rc.1" })).toHaveCount(0);
  await expect(release.getByText("Replace")).toBeVisible();
  const first = release.getByRole("table", { name: "Files of 2.0.0" }).getByRole("row").nth(1);
  await expect(first).toContainText("agent-2.0.0-linux-arm64.tar.gz");
  await first.getByRole("button", { name: /^Copy SHA-256/ }).click();
  const sha256 = await page.evaluate(() => navigator.clipboard.readText());
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    first.getByRole("button", { name: /^Download/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("agent-2.0.0-linux-arm64.tar.gz");
  const bytes = readFileSync(await download.path());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
  await context.close();
});

test("a locked product says why and what would open it, and shows none of its releases", async ({ browser }) => {
  const { page, context } = await signedIn(browser, "unentitled");
  await page.goto(at("/downloads"));
  const card = page.getByRole("article", { name: "Acme Enterprise" });
  await expect(card).toContainText("Locked");
  await expect(card).toContainText("does not include this product");
  await expect(card).toContainText(demo.stripe ? "sells Acme Enterprise as an add-on" : "only they can change that");
  await expect(card).not.toContainText("2.0.0");
  await page.goto(at("/downloads/products/enterprise"));
  await expect(page.getByText("does not include this product").first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Releases" })).toHaveCount(0);
  await page.getByRole("link", { name: "What would open Acme Enterprise" }).click();
  await page.waitForURL(/downloads\/why\?product=enterprise/);
  await context.close();
});
