import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { removeManifests } from "./delete-manifest.ts";
import { refuseHeld } from "./released.ts";
import { lockedRepository, repositoryById } from "./repositories.ts";
import { bytesFreed, loadFacts } from "./retention-facts.ts";
import { closureOf, type RetentionFacts } from "./retention-plan.ts";
import { subjectOfTag } from "./tag-pattern.ts";

/** What goes with a manifest. */
export interface Deletion {
  digest: string;
  tags: string[];
  /** Manifests of its platforms that nothing else refers to or tags. */
  children: string[];
  /** Signatures, SBOMs and the like that belong to any of them. */
  referrers: string[];
  /** Of layers and configs that nothing else needs. */
  bytes: number;
}

export const DeleteImage = z.strictObject({
  repositoryId: z.string(),
  digest: z.string(),
  /** The first characters of the digest's hex, as typed by who deletes it. */
  confirm: z.string().trim(),
});

const CONFIRM_LENGTH = 12;

/**
 * What deleting a manifest takes along. Nothing changes.
 * @throws forbidden without `product.view`; not_found; conflict while an index refers to it or a
 *   published release holds it
 */
export async function previewDeletion(
  ctx: Ctx,
  { repositoryId, digest }: { repositoryId: string; digest: string },
): Promise<Deletion> {
  await demand(ctx, "product.view");
  return query(async (db) => {
    const row = await repositoryById(db, ctx, repositoryId);
    return deletionOf(db, row.id, digest);
  });
}

/**
 * Deletes a manifest with its tags and what belongs to it alone: children and referrers that nothing else needs.
 * @throws forbidden without `registry.delete`; not_found; invalid where the digest was not typed; conflict while an index
 *   refers to it, a published release holds it, or a tag is immutable
 */
export async function deleteImage(ctx: Ctx, input: z.input<typeof DeleteImage>): Promise<Deletion> {
  await demand(ctx, "registry.delete");
  const { repositoryId, digest, confirm } = parse(DeleteImage, input);
  return transaction(async (tx) => {
    const { name } = await repositoryById(tx, ctx, repositoryId);
    const row = await lockedRepository(tx, ctx, { name, tenant: ctx.tenant.slug, product: "" });
    const deletion = await deletionOf(tx, row.id, digest);
    if (confirm !== shortOf(digest)) throw invalid({ confirm: `must be ${shortOf(digest)}` });
    const { tags, children, referrers } = deletion;
    await removeManifests(tx, ctx, { row, digests: [digest, ...children, ...referrers] });
    await record(tx, ctx, {
      action: "registry.deletedManifest",
      subject: { type: "repository", id: row.id, label: `${row.name}@${digest}` },
      before: { digest, tags, children, referrers },
    });
    return deletion;
  });
}

/** The first characters of a digest's hex. */
export function shortOf(digest: string): string {
  const hex = digest.slice(digest.indexOf(":") + 1);
  return hex.slice(0, CONFIRM_LENGTH);
}

async function deletionOf(tx: Tx, repositoryId: string, digest: string): Promise<Deletion> {
  const facts = await loadFacts(tx, repositoryId);
  const manifest = facts.manifests.find((each) => each.digest === digest);
  if (!manifest) throw notFound("manifest");
  refuseHeld(digest, manifest.release);
  const parent = facts.manifests.find(({ children }) => children.includes(digest));
  if (parent) throw conflict(`The index ${parent.digest} refers to it: delete the index first.`);
  const { tags, followers } = followersOf(facts, digest);
  const referrers = followers.filter(({ subject, attached }) => subject || attached).map((each) => each.digest);
  const children = followers.filter(({ subject, attached }) => !subject && !attached).map((each) => each.digest);
  const bytes = await bytesFreed(tx, repositoryId, [digest, ...children, ...referrers]);
  return { digest, tags, children, referrers, bytes };
}

/** What belongs to one manifest alone. What anything else leads to, a tag or another manifest, stays. Pure. */
export function followersOf({ tags, manifests }: RetentionFacts, digest: string) {
  const attached = tags.filter(({ name }) => subjectOfTag(name));
  const attachedTo = new Map(attached.map((tag) => [tag.digest, subjectOfTag(tag.name)]));
  const there = new Set(manifests.map((manifest) => manifest.digest));
  const named = new Set(tags.filter(({ name }) => !there.has(subjectOfTag(name) ?? "")).map((tag) => tag.digest));
  const children = new Set(manifests.flatMap((manifest) => manifest.children));
  const isOwn = ({ digest: own, subject }: (typeof manifests)[number]) =>
    !children.has(own) && !there.has(subject ?? "") && !there.has(attachedTo.get(own) ?? "");
  const kept = manifests.filter(
    (manifest) =>
      manifest.digest !== digest && (manifest.release !== null || named.has(manifest.digest) || isOwn(manifest)),
  );
  const closed = closureOf(
    manifests.filter((manifest) => manifest.digest !== digest),
    kept.map((manifest) => manifest.digest),
    attached,
  );
  const followers = manifests
    .filter((manifest) => manifest.digest !== digest && !closed.has(manifest.digest))
    .map((manifest) => ({ ...manifest, attached: attachedTo.has(manifest.digest) }));
  const gone = new Set([digest, ...followers.map((manifest) => manifest.digest)]);
  return { tags: tags.filter((tag) => gone.has(tag.digest)).map(({ name }) => name), followers };
}
