import { expect, type Page, test } from "playwright/test";
import { type DemoImage, demoImage } from "../prisma/demo-image.ts";
import { passes } from "./axe.ts";
import { addProduct, at, demo, signedIn, toasted } from "./demo.ts";

test("an owner looks into an image, undoes a move, freezes tags, lets old ones go by rules, and deletes one", async ({
  browser,
}) => {
  const slug = `journey-${Date.now()}`;
  const { page, context } = await signedIn(browser, "owner");
  await addProduct(page, slug);
  const [old, first, second] = [imageOf("old"), imageOf("first"), imageOf("second")];
  await push(slug, old, "old");
  await push(slug, first, "1.0");
  await push(slug, first, "latest");
  await push(slug, second, "latest");

  await page.goto(at(`/products/${slug}`));
  await page.getByRole("link", { name: `${demo.tenant}/${slug}`, exact: true }).click();
  await page.getByRole("link", { name: "latest", exact: true }).click();
  await expect(page.getByRole("table", { name: "Layers" })).toContainText("COPY second");
  await expect(page.getByText("docker pull")).toContainText(`${demo.tenant}/${slug}:latest`);
  await expect(page.getByText("A=<b>second</b>")).toBeVisible();
  await page.getByRole("link", { name: `${demo.tenant}/${slug}` }).click();
  await page.waitForURL(/repositories\/[0-9a-f-]{36}$/);
  const repository = page.url();

  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("button", { name: "Undo the move of latest" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Move back" }).click();
  await toasted(page, /latest is where it was before/);
  await expect(page.getByRole("row").nth(1)).toContainText("owner@");

  await page.goto(at(`/products/${slug}`));
  await page.getByRole("textbox", { name: "Immutable tags" }).fill("1.*");
  await page.getByRole("button", { name: "Save immutable tags" }).click();
  await toasted(page, /1 rule for immutable tags/);
  const refused = await push(slug, second, "1.0");
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("rule 1.*")]);

  await retain(page, slug);
  await page.goto(repository);
  await expect(page.getByRole("link", { name: "latest", exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "old", exact: true })).toHaveCount(0);
  await expect(page.getByRole("row").filter({ hasText: "1.0" })).toContainText("Immutable");

  await page.getByRole("link", { name: "Untagged" }).click();
  await page.getByRole("table", { name: "Untagged manifests" }).getByRole("link").click();
  await page.getByRole("button", { name: "Delete image" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("No tag leads to it.");
  await passes(page);
  await dialog
    .getByLabel("Beginning of the digest")
    .fill(((await dialog.getByText(/^Type /).textContent()) ?? "").split(" ")[1] ?? "");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await toasted(page, /1 manifest was deleted/);
  await page.waitForURL(repository);
  await page.getByRole("link", { name: "Untagged" }).click();
  await expect(page.getByText("Everything here has a tag")).toBeVisible();
  await context.close();
});

async function retain(page: Page, slug: string): Promise<void> {
  await page.getByRole("link", { name: "Retention" }).click();
  await page.getByLabel("Keep the newest").fill("1");
  await page.getByRole("button", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview).toContainText("1 tag and 1 manifest");
  await preview.getByText("kept, and why").click();
  await expect(preview).toContainText("immutable by 1.*");
  await expect(preview).toContainText("one of the newest 1");
  await preview.getByRole("button", { name: "Apply now" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Short name of the product").fill("something else");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog.getByRole("alert")).toContainText(`must be ${slug}`);
  await dialog.getByLabel("Short name of the product").fill(slug);
  await dialog.getByRole("button", { name: "Delete" }).click();
  await toasted(page, /1 tag and 1 manifest are gone/);
}

function imageOf(name: string): DemoImage {
  return demoImage(name, [{ "etc/name": `${name} ${Date.now()}` }], {
    commands: [`COPY ${name} /etc`],
    config: { Env: [`A=<b>${name}</b>`] },
  });
}

/** Pushes as the demo's robot, without a container client. @returns the answer to the manifest */
async function push(slug: string, image: DemoImage, tag: string): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${demo.robot.name}:${demo.robot.token}`).toString("base64")}`;
  const base = `${demo.url}/v2/${demo.tenant}/${slug}`;
  for (const { digest, bytes } of image.blobs) {
    const url = `${base}/blobs/uploads/?digest=${digest}`;
    const headers = { authorization, "content-type": "application/octet-stream" };
    expect((await fetch(url, { method: "POST", headers, body: new Uint8Array(bytes) })).status).toBe(201);
  }
  const headers = { authorization, "content-type": image.mediaType };
  return fetch(`${base}/manifests/${tag}`, { method: "PUT", headers, body: new Uint8Array(image.manifest) });
}
