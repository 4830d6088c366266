import { readFileSync } from "node:fs";
import { expect, test } from "playwright/test";
import { addProduct, at, demo, signedIn, toasted } from "./demo.ts";
import { beginRelease } from "./release.ts";

const RAN = "/a-stored-script-ran";
const SCRIPT = `<script>fetch("${RAN}"); document.title = "ran"</script>`;
const FILES = [
  { name: "guide.html", mimeType: "text/html", text: `<!doctype html><title>a guide</title>${SCRIPT}` },
  {
    name: "logo.svg",
    mimeType: "image/svg+xml",
    text: `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('${RAN}')"><script>fetch("${RAN}")</script></svg>`,
  },
  // No name that says what it is, so that only a browser that sniffs would take it for a page.
  { name: "readme", mimeType: "application/octet-stream", text: `<html>${SCRIPT}</html>` },
];

// threats.md, 19.
test("files with scripts in them are saved by a browser, which runs nothing of them", async ({ browser }) => {
  const slug = `scripts-${Date.now()}`;
  const owner = await signedIn(browser, "owner");
  await addProduct(owner.page, slug);
  await owner.page.goto(at(`/products/${slug}/releases`));
  await beginRelease(owner.page, "1.0.0");
  await owner.page.waitForURL(/releases\/[0-9a-f-]{36}$/);
  await owner.page
    .locator("input[type=file]")
    .setInputFiles(FILES.map(({ text, ...file }) => ({ ...file, buffer: Buffer.from(text) })));
  for (const { name } of FILES) await expect(owner.page.getByRole("table", { name: "Files" })).toContainText(name);
  await owner.page.getByRole("button", { name: "Publish" }).click();
  await owner.page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await toasted(owner.page, /1.0.0 is published/);
  await owner.context.close();

  const { page, context } = await signedIn(browser, "entitled");
  const asked: string[] = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(at(`/downloads/products/${slug}`));
  for (const { name, text } of FILES) {
    const row = page.getByRole("table", { name: "Files of 1.0.0" }).getByRole("row").filter({ hasText: name });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      row.getByRole("button", { name: /^Download/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    expect(readFileSync(await download.path(), "utf8")).toBe(text);
    // Opened as an address, and as a page within a page of our own origin.
    const other = await context.newPage();
    await expect(other.goto(download.url())).rejects.toThrow(/Download is starting|ERR_ABORTED/);
    await other.goto(`${demo.url}/sign-in`);
    const saved = other.waitForEvent("download");
    await other.evaluate((src) => {
      document.body.append(Object.assign(document.createElement("iframe"), { src }));
    }, download.url());
    expect((await saved).suggestedFilename()).toBe(name);
    expect(await other.title()).not.toBe("ran");
    await other.close();
  }
  expect(asked.filter((path) => path === RAN)).toEqual([]);
  expect(asked.filter((path) => path.startsWith("/v1/files/")).length).toBeGreaterThanOrEqual(FILES.length);
  await context.close();
});
