import type { Readable } from "node:stream";
import { z } from "zod";
import { isTag } from "#lib/catalog/index.ts";
import type { OutgoingAnswer, OutgoingLimits } from "#lib/outgoing/index.ts";
import { type Digest, digestOf, isDigest } from "#lib/storage/index.ts";
import { type Ask, ask, hostOf, type Registry } from "./ask.ts";
import { denied, statusFailure, upstreamFailed } from "./failures.ts";

/** distribution-spec, "Pushing Manifests": what a registry takes at least. */
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
const LIST_BYTES_MAX = 4 * 1024 * 1024;
const TAGS_MAX = 20_000;
const PAGES_MAX = 500;
/** For a blob of any size: what matters is that bytes flow. */
const BLOB_MS = 6 * 3_600_000;

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export type CallLimits = Partial<Omit<OutgoingLimits, "bytesMax">>;

/** A repository of an upstream registry. */
export interface Source {
  registry: Registry;
  /** Its name there. */
  path: string;
}

async function askFor(source: Source, what: Ask, limits: OutgoingLimits): Promise<OutgoingAnswer | null> {
  const { registry, path } = source;
  const answer = await ask(registry, { ...what, repository: path }, limits);
  if (answer.status === 200) return answer;
  answer.body.destroy();
  if (answer.status === 404) return null;
  if (answer.status === 403) throw denied(hostOf(registry), registry.credentials !== null);
  throw statusFailure(hostOf(registry), answer.status, answer.headers["retry-after"]);
}

/** Where a tag is there: its manifest's digest; "untold" where the registry does not say; null for no such tag. */
export async function headTag(source: Source, tag: string, limits: CallLimits): Promise<Digest | "untold" | null> {
  const what = { path: `/v2/${source.path}/manifests/${tag}`, method: "HEAD", accept: MANIFESTS } as const;
  const answer = await askFor(source, what, { wholeMs: 20_000, ...limits, bytesMax: MANIFEST_BYTES_MAX });
  if (!answer) return null;
  answer.body.destroy();
  return digestTold(answer) ?? "untold";
}

export interface FetchedManifest {
  bytes: Buffer;
  digest: Digest;
  contentType: string;
}

/**
 * A manifest by tag or digest, its digest checked against what was asked for and what was told; null where it is not there.
 * @throws Lie where the bytes have another digest
 */
export async function getManifest(
  source: Source,
  reference: string,
  limits: CallLimits,
): Promise<FetchedManifest | null> {
  const what = { path: `/v2/${source.path}/manifests/${reference}`, accept: MANIFESTS };
  const answer = await askFor(source, what, { wholeMs: 30_000, ...limits, bytesMax: MANIFEST_BYTES_MAX });
  if (!answer) return null;
  const bytes = Buffer.concat(await answer.body.toArray());
  const expected = isDigest(reference) ? reference : digestTold(answer);
  const digest = digestOf(bytes, expected?.startsWith("sha512:") ? "sha512" : "sha256");
  if (expected && expected !== digest) throw new Lie(`${hostOf(source.registry)} sent ${digest} for ${expected}`);
  return { bytes, digest, contentType: answer.headers["content-type"] ?? "" };
}

/** Bytes that are not those that were asked for. */
export class Lie extends Error {}

function digestTold({ headers }: OutgoingAnswer): Digest | null {
  const told = headers["docker-content-digest"];
  return typeof told === "string" && isDigest(told) ? told : null;
}

/** A blob's bytes, no more than the `size` that its manifest gives; null where it is not there. @throws Lie for another length */
export async function openBlob(
  source: Source,
  { digest, size }: { digest: string; size: number },
  limits: CallLimits,
): Promise<Readable | null> {
  const what = { path: `/v2/${source.path}/blobs/${digest}` };
  const answer = await askFor(source, what, { wholeMs: BLOB_MS, ...limits, bytesMax: size });
  const length = answer?.headers["content-length"];
  if (!answer || length === undefined || Number(length) === size) return answer?.body ?? null;
  answer.body.destroy();
  throw new Lie(`${hostOf(source.registry)} has ${length} bytes for ${digest}, whose manifest says ${size}`);
}

const Tags = z.object({ tags: z.array(z.string()).nullish() });

/** All tags of a repository, sorted as it sorts them; null where there is no such repository. */
export async function listUpstreamTags(source: Source, limits: CallLimits): Promise<string[] | null> {
  const tags: string[] = [];
  let path: string | null = `/v2/${source.path}/tags/list?n=1000`;
  for (let pages = 0; path; pages++) {
    const answer = await askFor(source, { path }, { ...limits, bytesMax: LIST_BYTES_MAX });
    if (!answer) return tags.length > 0 ? tags : null;
    tags.push(...((await jsonOf(answer, Tags)).tags ?? []).filter(isTag));
    if (tags.length > TAGS_MAX || pages > PAGES_MAX)
      throw upstreamFailed(`${source.path} has more than ${TAGS_MAX} tags.`);
    path = nextOf(answer, path);
  }
  return tags;
}

const Referrers = z.object({ manifests: z.array(z.object({ digest: z.string() })).nullish() });

/** The digests of what refers to a manifest: distribution-spec, "Listing Referrers"; none where the registry has no such list. */
export async function listUpstreamReferrers(source: Source, digest: string, limits: CallLimits): Promise<Digest[]> {
  const path = `/v2/${source.path}/referrers/${digest}`;
  const answer = await askFor(source, { path }, { ...limits, bytesMax: LIST_BYTES_MAX });
  if (!answer) return [];
  return ((await jsonOf(answer, Referrers)).manifests ?? []).map((one) => one.digest).filter(isDigest);
}

async function jsonOf<T>(answer: OutgoingAnswer, shape: z.ZodType<T>): Promise<T> {
  const bytes = Buffer.concat(await answer.body.toArray());
  try {
    return shape.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw upstreamFailed(`${answer.url.host} answers with something else than a list.`);
  }
}

// RFC 8288; a next page lies with the same registry, and is not the one that was read.
function nextOf(answer: OutgoingAnswer, path: string): string | null {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(String(answer.headers.link ?? ""))?.[1];
  const url = target ? URL.parse(target, answer.url) : null;
  if (!url || url.origin !== answer.url.origin) return null;
  const next = `${url.pathname}${url.search}`;
  return next === path ? null : next;
}
