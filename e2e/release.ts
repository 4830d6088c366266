import type { Page } from "playwright/test";

/** Begins a release on the page of a product's releases. */
export async function beginRelease(page: Page, version: string): Promise<void> {
  await page.getByRole("button", { name: "New release" }).click();
  await page.getByRole("dialog").getByLabel("Version").fill(version);
  await page.getByRole("dialog").getByRole("button", { name: "Begin" }).click();
}
