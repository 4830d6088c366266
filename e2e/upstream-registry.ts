import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, type Page } from "playwright/test";
import type { Demo } from "../prisma/seed.ts";
import { addProduct, at, demo, toasted } from "./demo.ts";

const TYPE = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** As many tags of a registry. */
export const tagsOf = (count: number) => Array.from({ length: count }, (_, n) => `1.${n}`);

export interface UpstreamRegistry {
  url: string;
  /** How long it takes to say what a tag is. */
  pauseMs: number;
  close(): void;
}

/** A registry with an image for each tag, that lets everybody read. The instance is let to it by OUTGOING_ALLOW=127.0.0.1. */
export async function anUpstream(tags: readonly string[]): Promise<UpstreamRegistry> {
  const answers = new Map([
    ["/v2/", "{}"],
    ["/v2/team/app/tags/list", JSON.stringify({ tags })],
  ]);
  for (const tag of tags) for (const [path, text] of imageOf(tag)) answers.set(`/v2/team/app${path}`, text);
  const server = createServer(async ({ method, url = "" }, response) => {
    const path = url.split("?")[0] ?? "";
    const text = answers.get(path);
    if (text === undefined) return void response.writeHead(404).end();
    if (tags.some((tag) => path.endsWith(`/manifests/${tag}`))) await sleep(registry.pauseMs);
    if (path.includes("/manifests/")) response.setHeader("content-type", TYPE);
    response.end(method === "HEAD" ? undefined : text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const registry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pauseMs: 0,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}

function imageOf(tag: string): [path: string, text: string][] {
  const [config, layer] = [JSON.stringify({ tag, made: Date.now() }), `a layer of ${tag}, ${Date.now()}`];
  const of = (mediaType: string, text: string) => ({ mediaType, digest: digestOf(text), size: text.length });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: TYPE,
    config: of("application/vnd.oci.image.config.v1+json", config),
    layers: [of("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  return [
    [`/manifests/${tag}`, manifest],
    [`/manifests/${digestOf(manifest)}`, manifest],
    [`/blobs/${digestOf(config)}`, config],
    [`/blobs/${digestOf(layer)}`, layer],
  ];
}

/** A new product whose repository mirrors that registry's, by the dialogs. @returns the page from which it is imported */
export async function mirrored(page: Page, { url }: UpstreamRegistry, of: Demo = demo): Promise<string> {
  const dialog = page.getByRole("dialog");
  const slug = `mirror-${Date.now()}`;
  await addProduct(page, slug, of);
  await page.goto(at("/upstream", of));
  await page.getByRole("button", { name: "Add registry" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill(`Upstream ${slug}`);
  await dialog.getByLabel("Address").fill(url);
  await dialog.getByRole("button", { name: "Add registry" }).click();
  await toasted(page, /answers, and was added/);
  await page.getByRole("link", { name: `Upstream ${slug}` }).click();
  await page.getByRole("button", { name: "Connect a repository" }).click();
  await dialog.getByLabel("Repository there").fill("team/app");
  await dialog.getByLabel("Repository here").fill(`${of.tenant}/${slug}`);
  await dialog.getByRole("button", { name: "Connect" }).click();
  await toasted(page, /mirrors it now/);
  await page.getByRole("link", { name: `${of.tenant}/${slug}` }).click();
  await expect(page.getByRole("button", { name: "Import now" })).toBeVisible();
  return page.url();
}
