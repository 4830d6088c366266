import type { Statement } from "#lib/db/index.ts";
import { invalid } from "../../errors.ts";
import { COLUMNS, fileOf, JOINED, type ReleaseFile, type Row, read, runsOnSql } from "./files.ts";
import type { PlatformAsked } from "./platform.ts";
import type { Span } from "./version-range.ts";

/** Which files are meant. */
export interface FilesAsked {
  productIds: readonly string[];
  channel?: string;
  platform?: PlatformAsked;
  /** Versions; all where it is left out. */
  spans?: Span[];
  /** Those of withdrawn releases, too. */
  yanked: boolean;
  /** The `next` of the page before. */
  after?: string;
  limit: number;
}

export interface FilePage {
  files: ReleaseFile[];
  next: string | null;
}

// $1 channel, $2 systems, $3 machines, $4 spans of versions, $5 with withdrawn ones, $6 how many.
const MEANT = `(r.status = 'published' OR ($5 AND r.status = 'yanked')) AND ($1::text IS NULL OR r.channel = $1)
  AND ($4::jsonb IS NULL OR EXISTS (
    SELECT FROM jsonb_to_recordset($4) AS s(ge text, gt text, le text, lt text, pre text[])
    WHERE (s.ge IS NULL OR r.version_key >= s.ge) AND (s.gt IS NULL OR r.version_key > s.gt)
      AND (s.le IS NULL OR r.version_key <= s.le) AND (s.lt IS NULL OR r.version_key < s.lt)
      AND (s.pre IS NULL OR right(r.version_key, 1) = '~' OR split_part(r.version_key, '-', 1) = ANY(s.pre))))`;
const RUNS = runsOnSql("$2", "$3");

// The newest releases of each $7, then of all. $8 the products, $9 to $11 the release and the file that the page before ended
// with. One more than the page has, since the first may have no file left.
const pageBy = (name: string, column: "product_id" | "tenant_id"): Statement => ({
  name,
  text: `
    SELECT ${COLUMNS} FROM (
      SELECT r.* FROM unnest($7::uuid[]) AS part(id) CROSS JOIN LATERAL (
        SELECT r.* FROM releases r
        WHERE r.${column} = part.id AND r.product_id = ANY($8::uuid[]) AND ${MEANT}
          AND EXISTS (SELECT FROM assets a WHERE a.release_id = r.id AND ${RUNS})
          AND ($9::timestamptz IS NULL OR (r.published_at, r.id) <= ($9, $10::uuid))
        ORDER BY r.published_at DESC, r.id DESC LIMIT $6::int + 1
      ) r ORDER BY r.published_at DESC, r.id DESC LIMIT $6::int + 1
    ) r JOIN assets a ON a.release_id = r.id AND ${RUNS} ${JOINED}
    WHERE $9::timestamptz IS NULL OR (r.published_at, r.id, a.id) < ($9, $10::uuid, $11::uuid)
    ORDER BY r.published_at DESC, r.id DESC, a.id DESC LIMIT $6`,
});

const PAGE_OF_PRODUCTS = pageBy("page_files_of_products", "product_id");
const PAGE_OF_TENANTS = pageBy("page_files_of_tenants", "tenant_id");
/** Of so many products the newest releases are looked up one by one; of more, among those of the whole tenant. */
const FEW = 8;

// Product by product ($7), so that a page ends where it is full: of each channel and platform the files of the highest version
// that has one for it; signatures go with their files. $8 the file that the page before ended with, of the first product.
const PAGE_NEWEST: Statement = {
  name: "page_newest_files",
  text: `
    SELECT ${COLUMNS} FROM (
      SELECT part.place, newest.* FROM unnest($7::uuid[]) WITH ORDINALITY AS part(id, place) CROSS JOIN LATERAL (
        SELECT DISTINCT ON (r.channel, os, arch) r.id, os, arch FROM releases r JOIN (
          SELECT a.release_id, coalesce(a.os, 'any') AS os, coalesce(a.arch, 'any') AS arch FROM assets a
          WHERE a.signs_id IS NULL AND ${RUNS}
        ) a ON a.release_id = r.id
        WHERE r.product_id = part.id AND ${MEANT} ORDER BY r.channel, os, arch, r.version_key DESC
      ) newest
    ) newest JOIN releases r ON r.id = newest.id
    JOIN assets a ON a.release_id = r.id AND a.signs_id IS NULL AND coalesce(a.os, 'any') = newest.os
      AND coalesce(a.arch, 'any') = newest.arch ${JOINED}
    WHERE $8::uuid IS NULL OR newest.place > 1 OR a.id < $8
    ORDER BY newest.place, a.id DESC LIMIT $6`,
};

/** Files, those of the release that was published last first, a page at a time. @throws invalid for what is no `next`; unavailable */
export async function pageFiles(tenantIds: readonly string[], asked: FilesAsked): Promise<FilePage> {
  const { productIds } = asked;
  if (productIds.length === 0) return NOTHING;
  const [published, releaseId, fileId] = cursorOf(asked, PLACE_IN_TIME);
  const few = productIds.length <= FEW;
  const rows = await read<Row>(few ? PAGE_OF_PRODUCTS : PAGE_OF_TENANTS, [
    ...meant(asked),
    few ? productIds : tenantIds,
    productIds,
    ...(published ? [new Date(Number(published)), releaseId, fileId] : [null, null, null]),
  ]);
  return pageOf(rows, asked, ({ release, id }) => `${release.publishedAt?.getTime()}.${release.id}.${id}`);
}

/** Of each channel and platform the files of the highest version, product by product. @throws as pageFiles */
export async function pageNewest(asked: FilesAsked): Promise<FilePage> {
  const [from = "", fileId = null] = cursorOf(asked, PLACE_IN_PRODUCT);
  const productIds = asked.productIds.filter((id) => id >= from).sort();
  if (productIds.length === 0) return NOTHING;
  // A product that was lost since leaves no file behind that the page would begin after.
  const rows = await read<Row>(PAGE_NEWEST, [...meant(asked), productIds, productIds[0] === from ? fileId : null]);
  return pageOf(rows, asked, ({ product, id }) => `${product.id}.${id}`);
}

const ID = /([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})/.source;
const PLACE_IN_TIME = new RegExp(`^(\\d{1,15})\\.${ID}\\.${ID}$`);
const PLACE_IN_PRODUCT = new RegExp(`^${ID}\\.${ID}$`);
const NOTHING: FilePage = { files: [], next: null };

function cursorOf({ after }: FilesAsked, form: RegExp): (string | undefined)[] {
  if (after === undefined) return [];
  const [, ...parts] = form.exec(after) ?? [];
  if (parts.length === 0) throw invalid({ after: "is not the `next` of a page of this list" });
  return parts;
}

function meant({ channel, platform, spans, yanked, limit }: FilesAsked): unknown[] {
  const versions = spans ? JSON.stringify(spans) : null;
  return [channel ?? null, platform?.oses ?? null, platform?.arches ?? null, versions, yanked, limit + 1];
}

function pageOf(rows: readonly Row[], { limit }: FilesAsked, cursorAt: (file: ReleaseFile) => string): FilePage {
  const files = rows.slice(0, limit).map(fileOf);
  const last = files.at(-1);
  return { files, next: rows.length > limit && last ? cursorAt(last) : null };
}
