import { findManifest, type Manifest, patternOf, subjectOfTag } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import { isDigest } from "#lib/storage/index.ts";
import { getManifest } from "../client/index.ts";
import { keepManifest } from "./keep.ts";
import { fetchFailure, type Mirror, type Mirrored, systemCtx, type Terms, termsOf } from "./mirror.ts";
import { mirrorTag } from "./mirror-tag.ts";
import { oneFetch } from "./one-fetch.ts";

/**
 * A manifest of a mirror, by tag or digest. What has a digest is what it was; a tag is asked for upstream once it is not
 * fresh any more, and what is not here is fetched and kept.
 * @param kept what is here
 * @throws unavailable where nothing is here and upstream can't be used now
 */
export async function mirrorManifest(mirror: Mirror, reference: string, kept: Manifest | null): Promise<Mirrored> {
  if (!isDigest(reference)) return mirrorTag(mirror, { tag: reference, kept, isTaken });
  return { manifest: kept ?? (await byDigest(mirror, reference)) };
}

async function byDigest(mirror: Mirror, digest: string): Promise<Manifest | null> {
  const { repositoryId, repository, upstreamId } = mirror;
  const terms = await termsOf(mirror);
  if (!terms || !(await isWanted(mirror, terms, digest))) return null;
  const kept = async () => {
    const manifest = await findManifest(repositoryId, digest);
    return manifest && { manifest };
  };
  // Asked twice: the first may be an answer to others who asked before it was there.
  const fetch = async () => {
    const fetched = await getManifest(terms.source, digest, {});
    if (fetched) await keepManifest(systemCtx(mirror), repository, { ...fetched, tag: null });
    return (await kept()) ?? (await kept()) ?? { manifest: null };
  };
  try {
    const key = `${upstreamId} ${digest}`;
    return (await oneFetch({ key, registryId: terms.registryId, kept, fetch })).manifest;
  } catch (error) {
    throw await fetchFailure(mirror, error);
  }
}

/** Whether a digest is for who pulls here: part of an image that is kept, or the connection takes everything. */
async function isWanted({ repositoryId }: Mirror, { patterns }: Terms, digest: string): Promise<boolean> {
  if (patterns.includes("*")) return true;
  const where = { repositoryId, digest, kind: "manifest" as const };
  return (await query((db) => db.manifestReference.findFirst({ where, select: { digest: true } }))) !== null;
}

/** Whether a tag is one that the connection takes over; a signature's is where its image is here. */
async function isTaken({ repositoryId }: Mirror, { patterns }: Terms, tag: string): Promise<boolean> {
  if (patternOf(tag, patterns)) return true;
  const subject = subjectOfTag(tag);
  return subject !== null && (await findManifest(repositoryId, subject)) !== null;
}
