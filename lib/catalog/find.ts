/**
 * What the hot statements look for beside the facts of a decision. `r` is the repository, `$6` what is asked for.
 * lib/entitlements puts one of these into its statement, so that one round trip both decides and finds.
 */
export interface Find {
  name: string;
  columns: string;
  joins: string;
}

export interface FoundManifest {
  digest: string | null;
  media_type: string | null;
  bytes: Buffer | null;
}

const MANIFEST_COLUMNS = "mf.digest, mf.media_type, mf.bytes";

export const FIND_MANIFEST_BY_TAG: Find = {
  name: "manifest_by_tag",
  columns: MANIFEST_COLUMNS,
  joins: `
    LEFT JOIN tags tg ON tg.repository_id = r.id AND tg.name = $6
    LEFT JOIN manifests mf ON mf.repository_id = r.id AND mf.digest = tg.digest`,
};

export const FIND_MANIFEST_BY_DIGEST: Find = {
  name: "manifest_by_digest",
  columns: MANIFEST_COLUMNS,
  joins: "LEFT JOIN manifests mf ON mf.repository_id = r.id AND mf.digest = $6",
};

export interface FoundBlob {
  digest: string | null;
  size: string | null;
  /** Whether some manifest of the repository refers to it: until then it is the pusher's alone. */
  referenced: boolean;
}

export const FIND_BLOB: Find = {
  name: "blob",
  columns: `b.digest, b.size, EXISTS (
      SELECT 1 FROM manifest_references mr WHERE mr.repository_id = r.id AND mr.digest = $6
    ) AS referenced`,
  joins: `
    LEFT JOIN repository_blobs rb ON rb.repository_id = r.id AND rb.digest = $6
    LEFT JOIN blobs b ON b.digest = rb.digest AND b.state = 'live'`,
};

export const FIND_NOTHING: Find = { name: "nothing", columns: "$6::text AS asked", joins: "" };
