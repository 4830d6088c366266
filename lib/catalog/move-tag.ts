import { actorKey, decide } from "#lib/access/index.ts";
import { recordDenial } from "#lib/audit/index.ts";
import { type Tx, transaction } from "#lib/db/index.ts";
import { holdPolicyOver } from "#lib/policies/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, conflict, isAppError } from "../errors.ts";
import type { RepositoryRow } from "./repositories.ts";
import { immutableBy } from "./tag-pattern.ts";

export interface Move {
  row: Pick<RepositoryRow, "id" | "tenantId" | "productId">;
  name: string;
  /** Where it goes. */
  digest: string;
}

const MOVE = "registry.moveTag";

/**
 * Moves a tag or makes it, and writes that into its history. The caller holds the repository's lock, so that
 * whether it is a move is decided by what is there now (threats.md, 7). Where it is already, nothing happens.
 * @returns the digest that the tag had before, or null
 * @throws forbidden where a tag that is there would move and the actor lacks `registry.moveTag`; conflict where the tag is immutable
 */
export async function moveTag(tx: Tx, ctx: Ctx, { row, name, digest }: Move): Promise<string | null> {
  const standing = await tx.$queryRaw<{ before: string | null }[]>`
    SELECT digest AS before FROM tags WHERE repository_id = ${row.id}::uuid AND name = ${name} FOR UPDATE`;
  const before = standing[0]?.before ?? null;
  if (before === digest) return before;
  if (before !== null) demandMove(ctx);
  await refuseImmutable(tx, row, { name, before, digest });
  await writeTag(tx, { row, name, digest });
  await tx.tagEvent.create({
    data: {
      tenantId: row.tenantId,
      repositoryId: row.id,
      name,
      fromDigest: before,
      toDigest: digest,
      movedBy: actorKey(ctx.actor),
    },
    select: { id: true },
  });
  return before;
}

/** A transaction in which a tag may move. A refusal for want of `registry.moveTag` is recorded once nothing of it is left. */
export async function movingTags<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await transaction(work);
  } catch (error) {
    if (isAppError(error) && error.reason === MOVE) await recordDenial(ctx, { action: MOVE, reason: error.message });
    throw error;
  }
}

function demandMove(ctx: Ctx): void {
  const decision = decide(ctx.actor, MOVE);
  if (!decision.allowed) throw new AppError("forbidden", decision.reason, { reason: MOVE });
}

/** The patterns of a product's immutable tags, which stay as they are until the caller's transaction ends. */
export async function immutablePatterns(
  tx: Tx,
  { tenantId, productId }: Pick<RepositoryRow, "tenantId" | "productId">,
): Promise<string[]> {
  const ruling = await holdPolicyOver(tx, "immutability", { tenantId, productId });
  if (ruling) return ruling.document.patterns;
  const rows = await tx.$queryRaw<{ patterns: string[] }[]>`
    SELECT immutable_patterns AS patterns FROM tag_rules
    WHERE tenant_id = ${tenantId}::uuid AND product_id = ${productId}::uuid FOR SHARE`;
  return rows[0]?.patterns ?? [];
}

/** Refuses to take away tags of which one is immutable. @throws conflict, which names the first */
export async function refuseImmutableAmong(tx: Tx, row: Move["row"], names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const patterns = await immutablePatterns(tx, row);
  for (const name of names) {
    const pattern = immutableBy(name, patterns);
    if (pattern) throw immutable(name, pattern);
  }
}

function immutable(name: string, pattern: string): AppError {
  return conflict(
    `The tag ${name} is immutable: it matches the product's rule ${pattern}, so it is neither moved nor deleted.`,
    { reason: "immutable_tag" },
  );
}

async function refuseImmutable(
  tx: Tx,
  row: Move["row"],
  { name, before, digest }: { name: string; before: string | null; digest: string },
): Promise<void> {
  const pattern = immutableBy(name, await immutablePatterns(tx, row));
  if (!pattern) return;
  if (before !== null) throw immutable(name, pattern);
  // A name that meant something once never means anything else (threats.md, 21).
  const last = await tx.tagEvent.findFirst({
    where: { repositoryId: row.id, name },
    orderBy: [{ movedAt: "desc" }, { id: "desc" }],
    select: { fromDigest: true },
  });
  if (last && last.fromDigest !== digest) {
    throw conflict(
      `The tag ${name} was in use before and matches the product's rule ${pattern}: it may only come back as ${last.fromDigest}.`,
      { reason: "immutable_tag" },
    );
  }
}

async function writeTag(tx: Tx, { row, name, digest }: Move): Promise<void> {
  const repositoryId_name = { repositoryId: row.id, name };
  await tx.tag.upsert({
    where: { repositoryId_name },
    create: { tenantId: row.tenantId, ...repositoryId_name, digest },
    update: { digest },
    select: { id: true },
  });
}
