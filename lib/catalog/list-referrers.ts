import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Digest } from "#lib/storage/index.ts";

/** A manifest that has another as its subject, as a list of referrers describes it (OCI image-spec, "Descriptor"). */
export interface Referrer {
  mediaType: string;
  digest: string;
  size: number;
  artifactType?: string;
  annotations?: Record<string, string>;
}

export interface ReferrersPage {
  /** Only those of this type. */
  artifactType: string | null;
  /** The digest after which the page begins. */
  last: string | null;
  limit: number;
}

// A page ends where its manifests, which hold the annotations, have this many bytes together.
const PAGE_BYTES = 4 * 1024 * 1024;

// What a client without this API listed under the subject's referrers tag counts as well ("Enabling the Referrers API").
const LIST_REFERRERS: Statement = {
  name: "list_referrers",
  text: `
    WITH found AS (
      SELECT m.digest, m.media_type, m.artifact_type, m.bytes FROM manifests m
      WHERE m.repository_id = $1 AND (m.subject_digest = $2 OR m.digest IN (
        SELECT mr.digest FROM tags t
        JOIN manifests i ON i.repository_id = t.repository_id AND i.digest = t.digest
        JOIN manifest_references mr ON mr.manifest_id = i.id AND mr.kind = 'manifest'
        WHERE t.repository_id = $1 AND t.name = $3 AND i.digest <> $2
      )) AND ($4::text IS NULL OR m.artifact_type = $4) AND ($5::text IS NULL OR m.digest > $5)
      ORDER BY m.digest LIMIT $6
    ), measured AS (
      SELECT found.*, sum(octet_length(bytes)) OVER (ORDER BY digest) - octet_length(bytes) AS bytes_before FROM found
    )
    SELECT digest, media_type, artifact_type, CASE WHEN bytes_before < ${PAGE_BYTES} THEN bytes END AS bytes
    FROM measured ORDER BY digest`,
};

interface Row {
  digest: string;
  media_type: string;
  artifact_type: string | null;
  bytes: Buffer | null;
}

/**
 * The manifests of a repository that refer to `subject`, by digest; `subject` itself need not be there.
 * (distribution-spec, "Listing Referrers")
 */
export async function listReferrers(
  repositoryId: string,
  subject: Digest,
  { artifactType, last, limit }: ReferrersPage,
): Promise<{ referrers: Referrer[]; more: boolean }> {
  const values = [repositoryId, subject, referrersTag(subject), artifactType, last, limit + 1];
  try {
    const rows = await queryPrepared<Row>(LIST_REFERRERS, values);
    const referrers = rows.slice(0, limit).flatMap((row) => (row.bytes ? [describe(row, row.bytes)] : []));
    return { referrers, more: rows.length > referrers.length };
  } catch (error) {
    throw translated(error);
  }
}

/** The tag under which clients keep a list of referrers where a registry has none ("Referrers Tag Schema"). */
export function referrersTag(subject: Digest): string {
  const [algorithm = "", encoded = ""] = subject.split(":");
  return `${algorithm.slice(0, 32)}-${encoded.slice(0, 64)}`;
}

function describe(row: Row, bytes: Buffer): Referrer {
  const { annotations } = JSON.parse(new TextDecoder().decode(bytes));
  return {
    mediaType: row.media_type,
    digest: row.digest,
    size: bytes.length,
    ...(row.artifact_type ? { artifactType: row.artifact_type } : {}),
    ...(annotations ? { annotations } : {}),
  };
}
