import { type ParsedManifest, parseManifest } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import type { Digest } from "#lib/storage/index.ts";
import { AppError } from "../../errors.ts";
import { type CallLimits, type FetchedManifest, getManifest, listUpstreamReferrers } from "../client/index.ts";
import { fetchBlob } from "../pull/fetch-blob.ts";
import { keepManifest } from "../pull/keep.ts";
import { type Mirror, systemCtx, type Terms } from "../pull/mirror.ts";

/** An import under way: where from, where to, and what it has done. */
export interface Import {
  mirror: Mirror;
  terms: Terms;
  limits: CallLimits;
  /** Bytes of blobs that were fetched. */
  bytes: number;
  /** Manifests that were kept with all that belongs to them, since the import began. */
  whole: Set<string>;
}

/** An index within an index within … : none that is built has more. */
const DEPTH_MAX = 4;
const REFERRERS_MAX = 100;

/**
 * Copies an image with all that belongs to it, what it consists of first: blobs, platforms, then itself, then what refers to
 * it (signatures, SBOMs). What is here already is not fetched again, so that it may be begun anew at any time.
 */
export async function importImage(work: Import, fetched: FetchedManifest, tag: string): Promise<void> {
  const { mirror } = work;
  await importParts(work, fetched, DEPTH_MAX);
  if (!(await isTagged(mirror, tag, fetched.digest))) {
    await keepManifest(systemCtx(mirror), mirror.repository, { ...fetched, tag });
  }
  work.whole.add(fetched.digest);
  const referrers = await listUpstreamReferrers(work.terms.source, fetched.digest, work.limits);
  for (const digest of referrers.slice(0, REFERRERS_MAX)) await importByDigest(work, digest, DEPTH_MAX);
}

async function importParts(work: Import, { bytes, contentType }: FetchedManifest, depth: number): Promise<void> {
  const { references } = parseManifest(bytes, contentType);
  for (const reference of references) {
    work.limits.signal?.throwIfAborted();
    if (reference.kind === "manifest") await importByDigest(work, reference.digest, depth - 1);
    else if (!reference.foreign) await importBlob(work, reference);
  }
}

/** What an index names and upstream has not (a platform that was left out) is left out here, too. */
async function importByDigest(work: Import, digest: string, depth: number): Promise<void> {
  if (work.whole.has(digest)) return;
  if (depth < 0) throw new AppError("invalid", `${digest} lies too deep in indexes of indexes.`);
  const { mirror, terms, limits } = work;
  const kept = await keptManifest(mirror, digest);
  const fetched = kept ?? (await getManifest(terms.source, digest, limits));
  if (!fetched) return;
  await importParts(work, fetched, depth);
  if (!kept) await keepManifest(systemCtx(mirror), mirror.repository, { ...fetched, tag: null });
  work.whole.add(digest);
}

async function isTagged({ repositoryId }: Mirror, name: string, digest: string): Promise<boolean> {
  return (await query((db) => db.tag.count({ where: { repositoryId, name, digest } }))) > 0;
}

async function keptManifest({ repositoryId }: Mirror, digest: string): Promise<FetchedManifest | null> {
  const where = { repositoryId_digest: { repositoryId, digest } };
  const row = await query((db) => db.manifest.findUnique({ where, select: { bytes: true, mediaType: true } }));
  return row && { digest: digest as Digest, bytes: Buffer.from(row.bytes), contentType: row.mediaType };
}

async function importBlob(work: Import, { digest, size }: ParsedManifest["references"][number]): Promise<void> {
  const { mirror, terms, limits } = work;
  const { blob, fetched } = await fetchBlob(mirror, terms, { digest: digest as Digest, size, limits });
  if (!blob) throw new AppError("unavailable", `Upstream has no blob ${digest}, which its manifest names.`);
  if (fetched) work.bytes += size;
}

/** Which of some blobs the repository does not have. */
export async function missingOf(repositoryId: string, digests: readonly string[]): Promise<string[]> {
  const kept = await query((db) =>
    db.repositoryBlob.findMany({
      where: { repositoryId, digest: { in: [...digests] }, blob: { state: "live" } },
      select: { digest: true },
    }),
  );
  const here = new Set(kept.map(({ digest }) => digest));
  return digests.filter((digest) => !here.has(digest));
}
