import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "playwright/test";
import { passes } from "./axe.ts";
import { addProduct, at, demo, signedIn, toasted } from "./demo.ts";

const TYPE = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** A registry with one image, that lets everybody read. The instance is let to it by OUTGOING_ALLOW=127.0.0.1. */
async function aRegistry(): Promise<{ url: string; server: Server }> {
  const [config, layer] = [JSON.stringify({ made: Date.now() }), `a layer of ${Date.now()}`];
  const of = (mediaType: string, text: string) => ({ mediaType, digest: digestOf(text), size: text.length });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPE,
    config: of("application/vnd.oci.image.config.v1+json", config),
    layers: [of("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  const answers = new Map([
    ["/v2/", "{}"],
    ["/v2/team/app/tags/list", JSON.stringify({ tags: ["1.0"] })],
    ["/v2/team/app/manifests/1.0", manifest],
    [`/v2/team/app/manifests/${digestOf(manifest)}`, manifest],
    [`/v2/team/app/blobs/${digestOf(config)}`, config],
    [`/v2/team/app/blobs/${digestOf(layer)}`, layer],
  ]);
  const server = createServer((request, response) => {
    const text = answers.get(request.url?.split("?")[0] ?? "");
    if (text === undefined) return void response.writeHead(404).end();
    if (text === manifest) response.setHeader("content-type", TYPE);
    response.end(request.method === "HEAD" ? undefined : text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test("an owner adds an upstream registry, mirrors one of its repositories, imports it; a viewer only looks", async ({
  browser,
}) => {
  const { url, server } = await aRegistry();
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
  await dialog.getByLabel("Address").fill(url);
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
  server.closeAllConnections();
  server.close();
});
