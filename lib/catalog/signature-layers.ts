import { z } from "zod";
import { type Sql, sql, type Tx } from "#lib/db/index.ts";
import { isSignatureArtifact, isSignatureLayer, SIGN_PREDICATE } from "#lib/signatures/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { log } from "../log.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";

/** An image of a repository, or an index: what is signed is this digest, not what it refers to. */
export interface ImageKey {
  repositoryId: string;
  digest: string;
}

/** A layer that signs an image, and its bytes or why they were not read. */
export interface FoundLayer {
  image: ImageKey;
  mediaType: string;
  digest: string;
  /** dev.cosignproject.cosign/signature, in base64. */
  signature: string | null;
}

/** More signatures than anybody makes of one image: the newest manifests and their first layers are tried. */
export const LAYERS_MAX = 100;
const MANIFESTS_MAX = 50;
// A manifest of a hundred signatures, each with a certificate and a log's entry.
const MANIFEST_BYTES_MAX = 1024 * 1024;
// cosign 3 writes what a bundle says beside it (dev.sigstore.bundle.predicateType): a scan a night must not hide the signature.
const SAYING_BYTES_MAX = 16 * 1024;
const CACHE_BYTES = 8 * 1024 * 1024;

const Manifest = z.object({
  layers: z.array(
    z.object({
      mediaType: z.string(),
      digest: z.string(),
      annotations: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    }),
  ),
});

interface Row extends ImageKey {
  bytes: Uint8Array;
  artifactType: string | null;
  /** Whether it lies under the tag that cosign gives a signature. */
  tagged: boolean;
}

/** The layers that sign images of repositories, as cosign leaves them: under a tag, or as referrers. */
export async function signatureLayers(db: Tx, images: readonly ImageKey[]): Promise<FoundLayer[]> {
  if (images.length === 0) return [];
  const rows = await db.$queryRaw<Row[]>(signatureManifests(images));
  const signing = rows.filter(({ tagged, artifactType }) => tagged || isSignatureArtifact(artifactType ?? ""));
  const byImage = Map.groupBy(signing, ({ repositoryId, digest }) => `${repositoryId} ${digest}`);
  return [...byImage.values()].flatMap((some) => some.flatMap(layersOf).slice(0, LAYERS_MAX + 1));
}

// cosign: specs/SIGNATURE_SPEC.md, "Tag-based Discovery"; distribution-spec, "Listing Referrers" and "Referrers Tag Schema".
function signatureManifests(images: readonly ImageKey[]): Sql {
  const repositories = images.map(({ repositoryId }) => repositoryId);
  const digests = images.map(({ digest }) => digest);
  return sql`
    SELECT i.repository_id::text AS "repositoryId", i.digest, s.bytes, s.artifact_type AS "artifactType", s.tagged
    FROM unnest(${repositories}::uuid[], ${digests}::text[]) AS i(repository_id, digest)
    CROSS JOIN LATERAL (
      SELECT m.id, m.bytes, m.artifact_type, bool_or(found.tagged) AS tagged FROM (
        SELECT r.id, false AS tagged FROM manifests r
        WHERE r.repository_id = i.repository_id AND r.subject_digest = i.digest
        UNION ALL
        SELECT a.id, true FROM tags t JOIN manifests a ON a.repository_id = t.repository_id AND a.digest = t.digest
        WHERE t.repository_id = i.repository_id AND t.name = replace(i.digest, ':', '-') || '.sig'
        UNION ALL
        SELECT c.id, false FROM tags t
        JOIN manifests l ON l.repository_id = t.repository_id AND l.digest = t.digest
        JOIN manifest_references mr ON mr.manifest_id = l.id AND mr.kind = 'manifest'
        JOIN manifests c ON c.repository_id = mr.repository_id AND c.digest = mr.digest
        WHERE t.repository_id = i.repository_id AND l.digest <> i.digest
          AND t.name = left(replace(i.digest, ':', '-'), 71)
      ) found JOIN manifests m ON m.id = found.id
      WHERE octet_length(m.bytes) <= ${MANIFEST_BYTES_MAX}
        AND (found.tagged OR m.artifact_type = 'application/vnd.dev.cosign.artifact.sig.v1+json'
          OR m.artifact_type LIKE 'application/vnd.dev.sigstore.bundle%')
      GROUP BY m.id ORDER BY tagged DESC,
        octet_length(m.bytes) <= ${SAYING_BYTES_MAX} AND position(convert_to(${SIGN_PREDICATE}::text, 'UTF8') IN m.bytes) > 0 DESC, m.id DESC
      LIMIT ${MANIFESTS_MAX}
    ) s`;
}

function layersOf({ repositoryId, digest: subject, bytes }: Row): FoundLayer[] {
  const { data } = Manifest.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  const image = { repositoryId, digest: subject };
  return (data?.layers ?? [])
    .filter(({ mediaType }) => isSignatureLayer(mediaType))
    .map(({ mediaType, digest, annotations }) => {
      const signature = annotations?.["dev.cosignproject.cosign/signature"];
      return { image, mediaType, digest, signature: typeof signature === "string" ? signature : null };
    });
}

interface Stored {
  size: number;
  storageKey: string;
}

/** Where the bytes of layers lie, by repository and digest; nothing for what a repository does not have. */
export async function storedLayers(db: Tx, layers: readonly FoundLayer[]): Promise<Map<string, Stored>> {
  const rows = await db.$queryRaw<(Stored & { key: string })[]>`
    SELECT DISTINCT rb.repository_id::text || ' ' || rb.digest AS key, b.size::float8 AS size, b.storage_key AS "storageKey"
    FROM unnest(${layers.map(({ image }) => image.repositoryId)}::uuid[], ${layers.map(({ digest }) => digest)}::text[])
      AS l(repository_id, digest)
    JOIN repository_blobs rb ON rb.repository_id = l.repository_id AND rb.digest = l.digest
    JOIN blobs b ON b.digest = rb.digest AND b.state = 'live'`;
  return new Map(rows.map(({ key, ...stored }) => [key, stored]));
}

const contents = processGlobal("signature-layers", () => new LruCache<Buffer>(CACHE_BYTES));

/** A layer's bytes, or why there are none to be had. */
export async function readLayer(
  { mediaType, digest }: FoundLayer,
  stored: Stored | undefined,
): Promise<Buffer | string> {
  const bytesMax = isSignatureLayer(mediaType)?.bytesMax ?? 0;
  if (!stored) return "a signature whose bytes are not here";
  if (stored.size > bytesMax) return `a signature of ${stored.size} bytes, more than the ${bytesMax} that are read`;
  const known = contents.get(digest);
  if (known) return known;
  try {
    const bytes = await blobStore().read(stored.storageKey);
    contents.set(digest, bytes, bytes.length + 200);
    return bytes;
  } catch (error) {
    // It counts for nothing then, which is told, and a page is shown all the same.
    log.warn({ digest, error: String(error) }, "a signature could not be read");
    return "a signature that can't be read from the store now";
  }
}
