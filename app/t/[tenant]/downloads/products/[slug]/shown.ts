import type { Install } from "#components/downloads/install-lines.ts";
import { mineFirst, type Platform } from "#components/releases/platform.ts";
import type { PortalView } from "#lib/entitlements/index.ts";
import { publicUrl, registryAddress } from "#lib/web/index.ts";

/** `linux-amd64` as an address names it; null where none was asked for. */
export function askedPlatform(key: string | undefined): Platform | null {
  const [os, arch] = /^([a-z]{1,16})-([a-z0-9]{1,16})$/.exec(key ?? "")?.slice(1) ?? [];
  return os ? { os, arch: arch && arch !== "any" ? arch : null } : null;
}

/** What the lines that install it are made of: the newest release's image and the file for the reader's computer. */
export function installOf(
  { product, releases, newest }: PortalView,
  { tenant, username, mine }: { tenant: string; username: string; mine: Platform },
): Install {
  const release = releases.find(({ id }) => id === newest?.id) ?? releases.find(({ yanked }) => !yanked);
  const [file] = mineFirst(release?.files ?? [], mine);
  return {
    registry: registryAddress(),
    url: publicUrl(""),
    tenant,
    product: product.slug,
    username,
    image: imageOf(release, product),
    file: file ?? null,
  };
}

function imageOf(
  release: PortalView["releases"][number] | undefined,
  product: PortalView["product"],
): Install["image"] {
  const [image] = release?.images ?? [];
  // By its digest: what the tag leads to now may be another one.
  if (image) return { repository: image.repository, reference: image.digest, chart: image.chart };
  const [pushed] = product.repositories.filter(({ tags }) => tags.length > 0);
  const tag = pushed?.tags.find(({ name }) => name === "latest") ?? pushed?.tags[0];
  return pushed && tag ? { repository: pushed.name, reference: tag.name, chart: false } : null;
}

interface Token {
  name: string;
  scopes: string[];
  products: string[];
  expiresAt: Date | null;
}

/** The name of one's newest token that pulls the product; null where there is none. */
export function tokenOf(tokens: readonly Token[], product: string, now: Date): string | null {
  const found = tokens.find(
    ({ scopes, products, expiresAt }) =>
      (!expiresAt || expiresAt > now) &&
      scopes.includes("registry.pull") &&
      (products.length === 0 || products.includes(product)),
  );
  return found?.name ?? null;
}
