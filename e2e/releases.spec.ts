import { randomBytes } from "node:crypto";
import { utimesSync, writeFileSync } from "node:fs";
import { expect, type Locator, type Page, test } from "playwright/test";
import { addProduct, at, signedIn, toasted } from "./demo.ts";
import { beginRelease } from "./release.ts";

/** When the files that are sent were changed. */
const CHANGED = new Date("2026-01-02T03:04:05Z");

test("a vendor drafts a release, drops two files on it of which the second is interrupted, and publishes it", async ({
  browser,
}, testInfo) => {
  const slug = `files-${Date.now()}`;
  const { page, context } = await signedIn(browser, "owner");
  await addProduct(page, slug);
  await page.goto(at(`/products/${slug}/releases`));
  await expect(page.getByText("No releases yet")).toBeVisible();
  await beginRelease(page, "not a version");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("no semantic version");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await beginRelease(page, "v1.0.0");
  await page.waitForURL(/releases\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: "1.0.0", exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Edit notes" }).click();
  await page.getByLabel("Release notes").fill("# Fresh\n\n- <b>fast</b>\n- **slim**");
  const preview = page.getByRole("region", { name: "Preview of the notes" });
  await expect(preview.locator("strong")).toHaveText("slim");
  await expect(preview).toContainText("<b>fast</b>");
  await page.getByRole("button", { name: "Save notes" }).click();
  await toasted(page, /notes are saved/);

  const small = { name: "app-windows-amd64.zip", bytes: randomBytes(300_000) };
  const large = { name: "app-linux-arm64.tar.gz", bytes: randomBytes(3_000_000) };
  const files = page.getByRole("table", { name: "Files" });
  await dropped(page.getByRole("region", { name: "Add files" }), [small]);
  await expect(files).toContainText(small.name);
  await expect(files).toContainText("Windows, x86-64");
  // The large one's bytes never arrive at first: as behind a line that broke.
  await page.route("**/v1/uploads/*", (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await dropped(page.getByRole("region", { name: "Add files" }), [large]);
  await expect(page.getByRole("progressbar", { name: large.name })).toBeVisible();
  await page.reload();
  await expect(page.getByText(/was interrupted: choose the same file/)).toBeVisible();
  await page.unroute("**/v1/uploads/*");
  // The very same file, which its time is a part of.
  const again = testInfo.outputPath(large.name);
  writeFileSync(again, large.bytes);
  utimesSync(again, CHANGED, CHANGED);
  await page.locator("input[type=file]").setInputFiles(again);
  await expect(files).toContainText(large.name);
  await expect(files).toContainText("Linux, ARM64");
  await expect(files.getByRole("button", { name: `Copy SHA-256 of ${large.name}` })).toBeVisible();

  await page.getByRole("button", { name: "Publish" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("with 2 files, becomes visible to every member in good standing");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await toasted(page, /1.0.0 is published/);
  await expect(page.getByRole("button", { name: "Publish" })).toHaveCount(0);
  await context.close();
});

test("releases are yanked, archived, restored, pruned by a preview, and deleted by their version", async ({
  browser,
}) => {
  const slug = `states-${Date.now()}`;
  const { page, context } = await signedIn(browser, "owner");
  await addProduct(page, slug);
  const dialog = page.getByRole("dialog");
  const list = at(`/products/${slug}/releases`);
  for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
    await page.goto(list);
    await beginRelease(page, version);
    await page.waitForURL(/releases\/[0-9a-f-]{36}$/);
    await press(page, "Publish");
    await toasted(page, new RegExp(`${version} is published`));
  }
  await page.getByRole("button", { name: "Yank" }).click();
  await dialog.getByRole("button", { name: "Yank" }).click();
  await expect(dialog.getByRole("alert")).toContainText("is missing");
  await dialog.getByLabel("Reason").fill("It forgets.");
  await dialog.getByRole("button", { name: "Yank" }).click();
  await toasted(page, /1.2.0 is yanked/);
  await press(page, "Restore");
  await toasted(page, /1.2.0 is published again/);

  for (const version of ["1.0.0", "1.1.0"]) {
    await page.goto(list);
    await page.getByRole("link", { name: version }).click();
    await page.getByRole("button", { name: "Archive" }).click();
    await expect(dialog).toContainText("gone for every member in good standing");
    await dialog.getByRole("button", { name: "Archive" }).click();
    await toasted(page, new RegExp(`${version} is archived`));
  }
  await press(page, "Restore");
  await toasted(page, /1.1.0 is published again/);

  await page.goto(`${list}/prune`);
  await page.getByLabel("Keep the newest").fill("1");
  await page.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("1 release goes");
  await expect(preview).toContainText("1.0.0");
  await preview.getByRole("button", { name: "Delete them" }).click();
  await dialog.getByRole("button", { name: "Delete them" }).click();
  await toasted(page, /1 release is gone/);

  await page.goto(list);
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.getByRole("link", { name: "1.2.0" }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await dialog.getByLabel("Version").fill("1.2");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText("must be 1.2.0");
  await dialog.getByLabel("Version").fill("1.2.0");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await toasted(page, /1.2.0 is gone/);
  await page.waitForURL(list);
  await beginRelease(page, "1.2.0");
  await toasted(page, /never used again/);
  await context.close();
});

/** Presses a button and says yes to its question. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).click();
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

/** Drops files on a part of the page, as a mouse would. */
async function dropped(target: Locator, files: { name: string; bytes: Buffer }[]): Promise<void> {
  const lastModified = CHANGED.getTime();
  const inText = files.map(({ name, bytes }) => ({ name, base64: bytes.toString("base64"), lastModified }));
  await target.evaluate((element, list) => {
    const dataTransfer = new DataTransfer();
    for (const { name, base64, lastModified } of list) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name, { lastModified }));
    }
    element.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
  }, inText);
}
