import { queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { PlatformAsked } from "./platform.ts";
import type { Span } from "./version-range.ts";

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
  };
  product: { id: string; slug: string; name: string };
  vendor: { slug: string; name: string };
}

const COLUMNS = `
  a.id, a.tenant_id AS "tenantId", a.filename, a.size, a.sha256, a.sha512, a.os, a.arch, a.signs_id AS "signsId",
  json_build_object('digest', b.digest, 'storageKey', b.storage_key, 'isLive', b.state = 'live') AS blob,
  r.id AS release_id, r.version, r.channel, r.status, r.published_at, r.yank_reason,
  json_build_object('id', p.id, 'slug', p.slug, 'name', p.name) AS product,
  json_build_object('slug', t.slug, 'name', t.name) AS vendor`;

const JOINED = `
  JOIN products p ON p.id = r.product_id
  JOIN tenants t ON t.id = r.tenant_id
  JOIN blobs b ON b.digest = a.blob_digest`;

interface Row extends Omit<ReleaseFile, "size" | "release"> {
  size: string;
  release_id: string;
  version: string;
  channel: string;
  status: ReleaseFile["release"]["status"];
  published_at: Date | null;
  yank_reason: string | null;
}

function fileOf({ release_id, version, channel, status, published_at, yank_reason, ...row }: Row): ReleaseFile {
  const release = { id: release_id, version, channel, status, publishedAt: published_at, yankReason: yank_reason };
  return { ...row, size: Number(row.size), release };
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

/** Which files are meant. */
export interface FilesAsked {
  productIds: readonly string[];
  /** A product's slug. */
  product?: string;
  channel?: string;
  platform?: PlatformAsked;
  /** Versions; all where it is left out. */
  spans?: Span[];
  /** Those of withdrawn releases, too. */
  yanked: boolean;
  /** The file after which the page begins. */
  after?: string;
  limit: number;
}

// $1 products, $2 slug, $3 channel, $4 systems, $5 machines, $6 spans of versions, $7 with withdrawn ones.
const MEANT = `
  r.product_id = ANY($1::uuid[]) AND (r.status = 'published' OR ($7 AND r.status = 'yanked'))
  AND ($2::text IS NULL OR EXISTS (SELECT FROM products named WHERE named.id = r.product_id AND named.slug = $2))
  AND ($3::text IS NULL OR r.channel = $3)
  AND ($4::text[] IS NULL OR coalesce(a.os, 'any') = ANY($4))
  AND ($5::text[] IS NULL OR coalesce(a.arch, 'any') = ANY($5))
  AND ($6::jsonb IS NULL OR EXISTS (
    SELECT FROM jsonb_to_recordset($6) AS s(ge text, gt text, le text, lt text, pre text[])
    WHERE (s.ge IS NULL OR r.version_key >= s.ge) AND (s.gt IS NULL OR r.version_key > s.gt)
      AND (s.le IS NULL OR r.version_key <= s.le) AND (s.lt IS NULL OR r.version_key < s.lt)
      AND (s.pre IS NULL OR right(r.version_key, 1) = '~' OR split_part(r.version_key, '-', 1) = ANY(s.pre))))`;

const PAGE_FILES: Statement = {
  name: "page_files",
  text: `
    SELECT ${COLUMNS} FROM (
      SELECT a.* FROM releases r JOIN assets a ON a.release_id = r.id
      WHERE ${MEANT} AND ($8::uuid IS NULL OR a.id < $8) ORDER BY a.id DESC LIMIT $9
    ) a JOIN releases r ON r.id = a.release_id ${JOINED} ORDER BY a.id DESC`,
};

// Of each product, channel and platform the files of the highest version that has one for it; signatures go with their files.
const PAGE_NEWEST: Statement = {
  name: "page_newest_files",
  text: `
    SELECT ${COLUMNS} FROM (
      SELECT a.*, dense_rank() OVER (
        PARTITION BY r.product_id, r.channel, coalesce(a.os, 'any'), coalesce(a.arch, 'any')
        ORDER BY r.version_key DESC, r.id DESC) AS place
      FROM releases r JOIN assets a ON a.release_id = r.id
      WHERE ${MEANT} AND a.signs_id IS NULL
    ) a JOIN releases r ON r.id = a.release_id ${JOINED}
    WHERE a.place = 1 AND ($8::uuid IS NULL OR a.id < $8) ORDER BY a.id DESC LIMIT $9`,
};

export interface FilePage {
  files: ReleaseFile[];
  next: string | null;
}

/** Files, newest first, a page at a time; `newest`: of each channel and platform. @throws unavailable */
export async function pageFiles(asked: FilesAsked, { newest }: { newest: boolean }): Promise<FilePage> {
  if (asked.productIds.length === 0) return { files: [], next: null };
  const { after = null, limit } = asked;
  const rows = await read<Row>(newest ? PAGE_NEWEST : PAGE_FILES, [...meant(asked), after, limit + 1]);
  const files = rows.slice(0, limit).map(fileOf);
  return { files, next: rows.length > limit ? (files.at(-1)?.id ?? null) : null };
}

function meant({ productIds, product, channel, platform, spans, yanked }: FilesAsked): unknown[] {
  const versions = spans ? JSON.stringify(spans) : null;
  return [
    productIds,
    product ?? null,
    channel ?? null,
    platform?.oses ?? null,
    platform?.arches ?? null,
    versions,
    yanked,
  ];
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

async function read<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
  return queryPrepared<R>(statement, values).catch((error) => {
    throw translated(error);
  });
}

const FIND_STATE: Statement = {
  name: "find_release_state",
  text: "SELECT status, yank_reason FROM releases WHERE product_id = $1 AND version_key = $2 ORDER BY id DESC LIMIT 1",
};

/** The state of a product's release, by its version's key; null where there is none. @throws unavailable */
export async function findReleaseState(
  productId: string,
  key: string,
): Promise<Pick<ReleaseFile["release"], "status" | "yankReason"> | null> {
  const [row] = await read<Pick<Row, "status" | "yank_reason">>(FIND_STATE, [productId, key]);
  return row ? { status: row.status, yankReason: row.yank_reason } : null;
}
