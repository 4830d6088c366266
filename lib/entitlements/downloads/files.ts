import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { RecallWords } from "../recall-words.ts";
import type { PlatformAsked } from "./platform.ts";

/** What a standing recall says, and since when. */
export type Recalled = RecallWords & { at: Date };

type RecalledInJson = (RecallWords & { at: string }) | null;

const recalledOf = (json: RecalledInJson): Recalled | null => json && { ...json, at: new Date(json.at) };

/** A file of a release, with where it belongs; whoever may have it. */
export interface ReleaseFile {
  id: string;
  tenantId: string;
  filename: string;
  /** Bytes. */
  size: number;
  /** In hex, as sha512, which is null until it is known. */
  sha256: string;
  sha512: string | null;
  os: string | null;
  arch: string | null;
  /** The file that this one is the signature of. */
  signsId: string | null;
  blob: { digest: string; storageKey: string; isLive: boolean };
  release: {
    id: string;
    version: string;
    channel: string;
    status: "draft" | "published" | "yanked" | "archived";
    publishedAt: Date | null;
    yankReason: string | null;
    /** What its standing recall says; a published release has none. */
    recalled: Recalled | null;
  };
  product: { id: string; slug: string; name: string };
  vendor: { slug: string; name: string };
}

const wordsSql = (recall: string) =>
  `json_build_object('at', ${recall}.recalled_at, 'reason', ${recall}.reason, 'replacement', ${recall}.replacement)`;

/** What a Row has, of an asset `a` and its release `r` with the rows that JOINED adds. */
export const COLUMNS = `
  a.id, a.tenant_id AS "tenantId", a.filename, a.size, a.sha256, a.sha512, a.os, a.arch, a.signs_id AS "signsId",
  json_build_object('digest', b.digest, 'storageKey', b.storage_key, 'isLive', b.state = 'live') AS blob,
  r.id AS release_id, r.version, r.channel, r.status, r.published_at, r.yank_reason,
  CASE WHEN r.status <> 'published' THEN (
    SELECT ${wordsSql("c")} FROM recalls c WHERE c.release_id = r.id AND c.lifted_at IS NULL) END AS recalled,
  json_build_object('id', p.id, 'slug', p.slug, 'name', p.name) AS product,
  json_build_object('slug', t.slug, 'name', t.name) AS vendor`;

export const JOINED = `
  JOIN products p ON p.id = r.product_id
  JOIN tenants t ON t.id = r.tenant_id
  JOIN blobs b ON b.digest = a.blob_digest`;

export interface Row extends Omit<ReleaseFile, "size" | "release"> {
  size: string;
  release_id: string;
  version: string;
  channel: string;
  status: ReleaseFile["release"]["status"];
  published_at: Date | null;
  yank_reason: string | null;
  recalled: RecalledInJson;
}

export function fileOf({ release_id, published_at, yank_reason, ...row }: Row): ReleaseFile {
  const { version, channel, status, recalled, ...file } = row;
  const times = { publishedAt: published_at, yankReason: yank_reason, recalled: recalledOf(recalled) };
  const release = { id: release_id, version, channel, status, ...times };
  return { ...file, size: Number(row.size), release };
}

const FIND_FILE: Statement = {
  name: "find_file",
  text: `SELECT ${COLUMNS} FROM assets a JOIN releases r ON r.id = a.release_id ${JOINED} WHERE a.id = $1`,
};

/** A file by its id, whatever the state of its release. @throws unavailable */
export async function findFile(id: string): Promise<ReleaseFile | null> {
  const [row] = await read<Row>(FIND_FILE, [id]);
  return row ? fileOf(row) : null;
}

// The releases of some channels, the highest versions first, that have a file for the platform, each with those files.
const FIND_NEWEST: Statement = {
  name: "find_newest_releases",
  text: `
    SELECT ${COLUMNS}, r.notes FROM (
      SELECT r.* FROM releases r
      WHERE r.product_id = $1 AND r.status = 'published' AND r.channel = ANY($2::text[])
        AND ($5::text IS NULL OR r.version_key > $5)
        AND EXISTS (SELECT FROM assets a WHERE a.release_id = r.id AND (a.signs_id IS NULL OR $7::text IS NOT NULL)
          AND ($3::text[] IS NULL OR coalesce(a.os, 'any') = ANY($3))
          AND ($4::text[] IS NULL OR coalesce(a.arch, 'any') = ANY($4))
          AND ($7::text IS NULL OR a.filename LIKE $7)
          AND (NOT $8::boolean OR a.sha512 IS NOT NULL))
      ORDER BY r.version_key DESC LIMIT $6
    ) r JOIN assets a ON a.release_id = r.id ${JOINED}
    ORDER BY r.version_key DESC, a.filename`,
};

export interface NewestAsked {
  productId: string;
  channels: readonly string[];
  platform?: PlatformAsked;
  /** Only what is higher than this version's key. */
  above?: string;
  /** How many releases. */
  limit: number;
  /** A pattern of LIKE that a file's name must match; a signature's may, too. */
  filename?: string;
  /** Only files whose sha512 is known. */
  sha512?: boolean;
}

/** A release and all its files, also those for other platforms and the signatures. */
export interface ReleaseWithFiles {
  release: ReleaseFile["release"] & { notes: string };
  files: ReleaseFile[];
}

/** The highest published releases that have a file as it is asked for. @throws unavailable */
export async function findNewest(asked: NewestAsked): Promise<ReleaseWithFiles[]> {
  const { productId, channels, platform, above = null, limit, filename = null, sha512 = false } = asked;
  const fit = [platform?.oses ?? null, platform?.arches ?? null];
  const rows = await read<Row & { notes: string }>(FIND_NEWEST, [
    ...[productId, channels, ...fit],
    ...[above, limit, filename, sha512],
  ]);
  return [...Map.groupBy(rows, ({ release_id }) => release_id).values()].map((of) => {
    const files = of.map(({ notes: _, ...row }) => fileOf(row));
    const [first] = files as [ReleaseFile];
    return { release: { ...first.release, notes: of[0]?.notes ?? "" }, files };
  });
}

export async function read<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
  return queryPrepared<R>(statement, values).catch((error) => {
    throw translated(error);
  });
}

const FIND_STATE: Statement = {
  name: "find_release_state",
  text: `
    SELECT r.status, r.yank_reason, CASE WHEN c.id IS NOT NULL THEN ${wordsSql("c")} END AS recalled
    FROM (VALUES (1)) one
    LEFT JOIN LATERAL (
      SELECT * FROM releases WHERE product_id = $1 AND version_key = $2 ORDER BY id DESC LIMIT 1) r ON true
    LEFT JOIN LATERAL (
      SELECT * FROM recalls WHERE product_id = $1 AND release_id IS NOT NULL AND lifted_at IS NULL
        AND (release_id = r.id OR (r.id IS NULL AND label = $3)) LIMIT 1) c ON true`,
};

/** The state of a release; `recalled` outlives a deleted one, whose status is null. */
export interface ReleaseState extends Pick<ReleaseFile["release"], "yankReason" | "recalled"> {
  status: ReleaseFile["release"]["status"] | null;
}

/** The state of a product's release, by its version and that one's key. @throws unavailable */
export async function findReleaseState(
  productId: string,
  { key, version }: { key: string; version: string },
): Promise<ReleaseState> {
  type StateRow = Pick<Row, "yank_reason" | "recalled"> & Pick<ReleaseState, "status">;
  const [row] = await read<StateRow>(FIND_STATE, [productId, key, version]);
  return {
    status: row?.status ?? null,
    yankReason: row?.yank_reason ?? null,
    recalled: recalledOf(row?.recalled ?? null),
  };
}
