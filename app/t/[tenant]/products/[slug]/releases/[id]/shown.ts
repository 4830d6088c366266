import { type CapabilityDecision, decide } from "#lib/access/index.ts";
import { keyOfImage, type ProductRow } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { listEntitledProducts } from "#lib/entitlements/index.ts";
import { plural } from "#lib/format.ts";
import { type ReleaseView, type SignaturesView, stateBehind } from "#lib/releases/index.ts";

/** Who gets what is published of a product: `every member in good standing`. */
export async function audienceOf(ctx: Ctx, product: ProductRow): Promise<string> {
  if (!product.requiresEntitlement) return "every member in good standing";
  const found = (await listEntitledProducts(ctx)).find((one) => one.product.id === product.id);
  return `${plural(found?.members ?? 0, "member")} who ${found?.members === 1 ? "holds" : "hold"} ${product.name}`;
}

type Of = Pick<ReleaseView, "status" | "version" | "publishedAt" | "images">;

/** It decorates only: the verbs decide again. */
export function assetDecisions({ actor }: Ctx, { status, version, publishedAt }: Of) {
  const publish = decide(actor, "release.publish");
  return {
    add:
      status === "draft" || status === "published"
        ? publish
        : unless(publish, `${version} is ${status}: restore it first.`),
    edit: status === "archived" ? unless(publish, `${version} is archived: restore it first.`) : publish,
    remove: publishedAt ? decide(actor, "release.forceDelete") : publish,
  };
}

/** What belongs to a published release stays. */
export function imageDecisions({ actor }: Ctx, { status, version, images }: Of) {
  const publish = decide(actor, "release.publish");
  const published = status === "published" || status === "yanked";
  // What was deleted while the release was archived is tied again before that is restored.
  const again = status === "archived" && images.some(({ isThere }) => !isThere);
  const open = status === "draft" || status === "published" || again;
  return {
    tie: open ? publish : unless(publish, `${version} is ${status}: restore it first.`),
    untie: published
      ? unless(publish, `${version} is ${status}: what belongs to it stays. Archive it first.`)
      : publish,
  };
}

/** What a policy wants signed is published once it is. */
export function publishDecision({ actor }: Ctx, signatures: SignaturesView | null): CapabilityDecision {
  const publish = decide(actor, "release.publish");
  return signatures?.refusal ? unless(publish, signatures.refusal) : publish;
}

/** What is recalled stays withdrawn until the recall is lifted; what a policy wants signed, until it is. */
export function restoreDecision(
  { actor }: Ctx,
  release: ReleaseView,
  { recalled, signatures }: { recalled: boolean; signatures: SignaturesView | null },
): CapabilityDecision {
  const restore = decide(actor, "release.restore");
  if (stateBehind(release) !== "published") return restore;
  if (recalled) return unless(restore, `${release.version} is recalled: lift the recall first.`);
  return signatures?.refusal ? unless(restore, signatures.refusal) : restore;
}

/** Its images and files, each with who signed it. */
export function withSignatures({ assets, images }: ReleaseView, signatures: SignaturesView | null) {
  const signed = (key: string) => signatures?.things.get(key) ?? null;
  return {
    assets: assets.map((asset) => ({ ...asset, signed: signed(asset.id) })),
    images: images.map((image) => ({
      ...image,
      signed: signed(keyOfImage({ repositoryId: image.repository.id, digest: image.digest })),
    })),
  };
}

function unless(decision: CapabilityDecision, reason: string): CapabilityDecision {
  return decision.allowed ? { allowed: false, reason } : decision;
}
