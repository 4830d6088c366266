import type { Tx } from "#lib/db/index.ts";
import { readImageConfig } from "./image-config.ts";

export interface IndexEntry {
  digest: string;
  mediaType: string;
  size: number;
  /** `linux/arm64/v8`; null where the index says none, or "unknown" as attestations do. */
  platform: string | null;
}

/** Larger indexes are shown without their platforms. */
const INDEX_BYTES_MAX = 256 * 1024;

/** The platforms of manifests, by digest: an index says them, an image's config does. */
export async function platformsOf(
  db: Tx,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await db.$queryRaw<{ digest: string; bytes: Uint8Array; config: string | null; isIndex: boolean }[]>`
    SELECT m.digest,
      CASE WHEN config.digest IS NULL AND octet_length(m.bytes) <= ${INDEX_BYTES_MAX} THEN m.bytes ELSE '' END AS bytes,
      config.digest AS config, config.digest IS NULL AS "isIndex"
    FROM manifests m
    LEFT JOIN manifest_references config ON config.manifest_id = m.id AND config.kind = 'config'
    WHERE m.repository_id = ${repositoryId}::uuid AND m.digest = ANY(${[...new Set(digests)]})`;
  const found = await Promise.all(
    rows.map(async ({ digest, bytes, config, isIndex }) => {
      if (isIndex) return [digest, shown(indexEntries(Buffer.from(bytes)))] as const;
      const platform = config ? (await readImageConfig(db, repositoryId, config))?.platform : null;
      return [digest, platform ? [platform] : []] as const;
    }),
  );
  return new Map(found);
}

function shown(entries: readonly IndexEntry[]): string[] {
  return [...new Set(entries.flatMap(({ platform }) => platform ?? []))];
}

/** What an index lists; nothing where the bytes are none. The bytes were checked when they were pushed. Pure. */
export function indexEntries(bytes: Buffer): IndexEntry[] {
  if (bytes.length === 0) return [];
  const { manifests } = JSON.parse(bytes.toString("utf8")) as { manifests?: RawEntry[] };
  return (manifests ?? []).map(({ digest, mediaType, size, platform }) => ({
    digest,
    mediaType,
    size,
    platform: platformOf(platform),
  }));
}

interface RawEntry {
  digest: string;
  mediaType: string;
  size: number;
  platform?: unknown;
}

// Descriptors were checked, their platforms were not.
function platformOf(platform: unknown): string | null {
  if (typeof platform !== "object" || platform === null) return null;
  const { os, architecture, variant } = platform as Record<string, unknown>;
  const parts = [os, architecture, variant].filter((part): part is string => typeof part === "string" && part !== "");
  return parts.length < 2 || parts.includes("unknown") ? null : parts.join("/").slice(0, 100);
}
