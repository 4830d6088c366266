import { demand, record } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import { digestOf, isDigest } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, invalid } from "../errors.ts";
import { faultPoint } from "../fault-point.ts";
import { manifestInvalid, type ParsedManifest, parseManifest, type Reference } from "./manifest.ts";
import { moveTag, movingTags } from "./move-tag.ts";
import { ensureRepository, type RepositoryRow } from "./repositories.ts";
import { isTag, type RepositoryName } from "./repository-name.ts";

export interface PutManifest {
  repository: RepositoryName;
  /** A tag, or the digest of `bytes`. */
  reference: string;
  contentType: string;
  bytes: Buffer;
  /** "later": what it refers to may come when it is asked for, as a mirror fetches it; else all of it is there. */
  rest?: "later";
}

/**
 * Keeps a manifest byte by byte and moves the tag to it, in one transaction in which all it refers to is there.
 * @returns its digest, and the digest of its subject where it has one (answered as OCI-Subject)
 * @throws invalid with reason MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, DIGEST_INVALID or TAG_INVALID; forbidden, also
 *   where a tag would move and the actor lacks `registry.moveTag`; conflict for an immutable tag
 */
export async function putManifest(
  ctx: Ctx,
  { repository, reference, contentType, bytes, rest }: PutManifest,
): Promise<{ digest: string; subjectDigest: string | null }> {
  await demand(ctx, "registry.push");
  const parsed = parseManifest(bytes, contentType);
  const digest = digestFor(reference, bytes);
  await movingTags(ctx, async (tx) => {
    const row = await ensureRepository(tx, ctx, repository);
    // One push at a time to a repository, so that equal manifests and moves of one tag follow each other.
    await tx.$queryRaw`SELECT id FROM repositories WHERE id = ${row.id}::uuid FOR NO KEY UPDATE`;
    await lockReferences(tx, row, { references: parsed.references, rest });
    await keepManifest(tx, row, { digest, parsed, bytes });
    const before = isDigest(reference) ? null : await moveTag(tx, ctx, { row, name: reference, digest });
    await record(tx, ctx, {
      action: "registry.pushed",
      subject: { type: "repository", id: row.id, label: `${row.name}${isDigest(reference) ? "@" : ":"}${reference}` },
      before: before ? { digest: before } : undefined,
      after: { digest },
    });
    await faultPoint("manifest written");
  });
  await faultPoint("manifest committed");
  return { digest, subjectDigest: parsed.subjectDigest };
}

function digestFor(reference: string, bytes: Buffer): string {
  if (isTag(reference)) return digestOf(bytes);
  if (!isDigest(reference)) throw invalid({ reference: "is neither a tag nor a digest" }, { reason: "TAG_INVALID" });
  const actual = digestOf(bytes, reference.startsWith("sha512:") ? "sha512" : "sha256");
  if (actual === reference) return actual;
  throw invalid({ digest: `the manifest sent has the digest ${actual}` }, { reason: "DIGEST_INVALID" });
}

// The rows stay locked until the commit, so that a clean-up takes neither a blob nor its link from under the manifest.
async function lockReferences(
  tx: Tx,
  repository: RepositoryRow,
  { references, rest }: { references: readonly Reference[]; rest: PutManifest["rest"] },
): Promise<void> {
  const blobs = references.filter((reference) => reference.kind !== "manifest" && !reference.foreign);
  const children = references.filter((reference) => reference.kind === "manifest");
  const live = await tx.$queryRaw<{ digest: string; size: bigint }[]>`
    SELECT b.digest, b.size FROM repository_blobs rb JOIN blobs b ON b.digest = rb.digest
    WHERE rb.repository_id = ${repository.id}::uuid AND rb.digest = ANY(${blobs.map((blob) => blob.digest)})
      AND b.state = 'live' FOR SHARE OF b FOR KEY SHARE OF rb`;
  const kept = await tx.$queryRaw<{ digest: string }[]>`
    SELECT digest FROM manifests
    WHERE repository_id = ${repository.id}::uuid AND digest = ANY(${children.map((child) => child.digest)}) FOR SHARE`;
  const there = new Set([...live, ...kept].map((row) => row.digest));
  const missing = [...blobs, ...children].find((reference) => !there.has(reference.digest));
  if (missing && rest !== "later") {
    throw new AppError("invalid", `The ${missing.kind} ${missing.digest} was not pushed to ${repository.name}.`, {
      reason: "MANIFEST_BLOB_UNKNOWN",
    });
  }
  const sizes = new Map(live.map((row) => [row.digest, Number(row.size)]));
  const wrong = blobs.find((blob) => (sizes.get(blob.digest) ?? blob.size) !== blob.size);
  if (wrong) throw manifestInvalid(`${wrong.digest} has ${sizes.get(wrong.digest)} bytes, not ${wrong.size}`);
}

interface Kept {
  digest: string;
  parsed: ParsedManifest;
  bytes: Buffer;
}

async function keepManifest(tx: Tx, repository: RepositoryRow, { digest, parsed, bytes }: Kept): Promise<void> {
  const key = { repositoryId_digest: { repositoryId: repository.id, digest } };
  const standing = await tx.manifest.findUnique({ where: key, select: { mediaType: true } });
  if (standing && standing.mediaType !== parsed.mediaType) {
    throw manifestInvalid(`these bytes were pushed as ${standing.mediaType} before`);
  }
  if (standing) {
    // Pushed again is young again: what waits for its index must not be taken by retention in between.
    await tx.$executeRaw`
      UPDATE manifests SET created_at = now() WHERE repository_id = ${repository.id}::uuid AND digest = ${digest}`;
    return;
  }
  const { tenantId, id: repositoryId } = repository;
  const { references, ...columns } = parsed;
  const manifest = await tx.manifest.create({
    data: {
      tenantId,
      repositoryId,
      digest,
      ...columns,
      bytes: new Uint8Array(bytes),
    },
    select: { id: true },
  });
  // One statement, however many there are.
  await tx.$executeRaw`
    INSERT INTO manifest_references (tenant_id, repository_id, manifest_id, digest, kind, size)
    SELECT ${tenantId}::uuid, ${repositoryId}::uuid, ${manifest.id}::uuid, r.digest, r.kind::reference_kind, r.size
    FROM unnest(${references.map((r) => r.digest)}::text[], ${references.map((r) => r.kind)}::text[],
      ${references.map((r) => BigInt(r.size))}::bigint[]) AS r (digest, kind, size)`;
}
