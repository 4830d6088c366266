import { nameOf } from "#lib/db/index.ts";
import { invalid } from "../../errors.ts";
import { COLUMNS, fileOf, JOINED, type ReleaseFile, type Row, read } from "./files.ts";
import type { PlatformAsked } from "./platform.ts";
import type { Span } from "./version-range.ts";

/** Which files are meant. */
export interface FilesAsked {
  productIds: readonly string[];
  channel?: string;
  platform?: PlatformAsked;
  /** The key of one version, which may be a withdrawn one. */
  versionKey?: string;
  /** Versions; all where it is left out. */
  spans?: Span[];
  /** The `next` of the page before. */
  after?: string;
  limit: number;
}

export interface FilePage {
  files: ReleaseFile[];
  next: string | null;
}

/** A statement that is put together: its values, each by its place. */
class Values {
  readonly list: unknown[] = [];

  /** Adds a value. @returns how the statement names it */
  of(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}

// Only what is asked for stands in a statement: of "any channel, or this one" the planner guesses that it leaves next to
// nothing, and then reads everything to sort it. Products are looked through rather than looked up for the same reason.
function releaseSql({ channel, versionKey, spans }: FilesAsked, values: Values): string {
  const inChannel = channel === undefined ? "" : `AND r.channel = ${values.of(channel, "text")}`;
  if (versionKey !== undefined) {
    return `r.version_key = ${values.of(versionKey, "text")} AND r.status IN ('published', 'yanked') ${inChannel}`;
  }
  if (!spans) return `r.status = 'published' ${inChannel}`;
  return `r.status = 'published' ${inChannel} AND EXISTS (
    SELECT FROM jsonb_to_recordset(${values.of(JSON.stringify(spans), "jsonb")}) AS s(ge text, gt text, le text, lt text, pre text[])
    WHERE (s.ge IS NULL OR r.version_key >= s.ge) AND (s.gt IS NULL OR r.version_key > s.gt)
      AND (s.le IS NULL OR r.version_key <= s.le) AND (s.lt IS NULL OR r.version_key < s.lt)
      AND (s.pre IS NULL OR right(r.version_key, 1) = '~' OR split_part(r.version_key, '-', 1) = ANY(s.pre)))`;
}

function fileSql({ platform }: FilesAsked, values: Values): string {
  if (!platform) return "true";
  const { oses, arches } = platform;
  const onMachine = arches ? `AND coalesce(a.arch, 'any') = ANY(${values.of(arches, "text[]")})` : "";
  return `coalesce(a.os, 'any') = ANY(${values.of(oses, "text[]")}) ${onMachine}`;
}

/** Of so many products the newest releases are looked up one by one, as a version's are; of more, among those of the tenant. */
const FEW = 8;

/** With which release and file the page before ended. */
interface End {
  publishedAt: Date;
  releaseId: string;
  fileId: string;
}

// The newest releases of each part, then of all, with their files. One more than the page has, since the first may have no
// file left after the page before.
function pageSql(
  asked: FilesAsked,
  values: Values,
  { tenantIds, end }: { tenantIds: readonly string[]; end: End | null },
) {
  const few = asked.productIds.length <= FEW || asked.versionKey !== undefined;
  const products = values.of(asked.productIds, "uuid[]");
  const parts = few ? products : values.of(tenantIds, "uuid[]");
  const inPart = few
    ? "r.product_id = part.id"
    : `r.tenant_id = part.id AND array_position(${products}, r.product_id) IS NOT NULL`;
  const file = fileSql(asked, values);
  const last = end && `${values.of(end.publishedAt, "timestamptz")}, ${values.of(end.releaseId, "uuid")}`;
  const newest = `ORDER BY r.published_at DESC, r.id DESC LIMIT ${values.of(asked.limit + 2, "int")}`;
  return `
    SELECT ${COLUMNS} FROM (
      SELECT r.* FROM unnest(${parts}) AS part(id) CROSS JOIN LATERAL (
        SELECT r.* FROM releases r
        WHERE ${releaseSql(asked, values)} AND ${inPart} ${last ? `AND (r.published_at, r.id) <= (${last})` : ""}
          AND (SELECT true FROM assets a WHERE a.release_id = r.id AND ${file} LIMIT 1)
        ${newest}
      ) r ${newest}
    ) r JOIN assets a ON a.release_id = r.id AND ${file} ${JOINED}
    ${end ? `WHERE (r.published_at, r.id, a.id) < (${last}, ${values.of(end.fileId, "uuid")})` : ""}
    ORDER BY r.published_at DESC, r.id DESC, a.id DESC LIMIT ${values.of(asked.limit + 1, "int")}`;
}

// Product by product, so that a page ends where it is full: of each channel and platform the files of the highest version
// that has one for it; signatures go with their files. `fileId` is of the first product.
function newestSql(asked: FilesAsked, values: Values, fileId: string | null) {
  return `
    SELECT ${COLUMNS} FROM (
      SELECT part.place, newest.* FROM unnest(${values.of(asked.productIds, "uuid[]")}) WITH ORDINALITY AS part(id, place) CROSS JOIN LATERAL (
        SELECT DISTINCT ON (r.channel, os, arch) r.id, os, arch FROM releases r JOIN (
          SELECT a.release_id, coalesce(a.os, 'any') AS os, coalesce(a.arch, 'any') AS arch FROM assets a
          WHERE a.signs_id IS NULL AND ${fileSql(asked, values)}
        ) a ON a.release_id = r.id
        WHERE r.product_id = part.id AND ${releaseSql(asked, values)} ORDER BY r.channel, os, arch, r.version_key DESC
      ) newest
    ) newest JOIN releases r ON r.id = newest.id
    JOIN assets a ON a.release_id = r.id AND a.signs_id IS NULL
      AND coalesce(a.os, 'any') = newest.os AND coalesce(a.arch, 'any') = newest.arch ${JOINED}
    ${fileId ? `WHERE newest.place > 1 OR a.id < ${values.of(fileId, "uuid")}` : ""}
    ORDER BY newest.place, a.id DESC LIMIT ${values.of(asked.limit + 1, "int")}`;
}

/** Files, those of the release that was published last first, a page at a time. @throws invalid for what is no `next`; unavailable */
export async function pageFiles(tenantIds: readonly string[], asked: FilesAsked): Promise<FilePage> {
  if (asked.productIds.length === 0) return NOTHING;
  const [time, releaseId, fileId] = cursorOf(asked, PLACE_IN_TIME);
  const end = time && releaseId && fileId ? { publishedAt: new Date(Number(time)), releaseId, fileId } : null;
  const values = new Values();
  const rows = await readNamed(pageSql(asked, values, { tenantIds, end }), values);
  return pageOf(rows, asked, ({ release, id }) => `${release.publishedAt?.getTime()}.${release.id}.${id}`);
}

/** Of each channel and platform the files of the highest version, product by product. @throws as pageFiles */
export async function pageNewest(asked: FilesAsked): Promise<FilePage> {
  const [from = "", fileId = null] = cursorOf(asked, PLACE_IN_PRODUCT);
  const productIds = asked.productIds.filter((id) => id >= from).sort();
  if (productIds.length === 0) return NOTHING;
  const values = new Values();
  // Of a product that was lost since there is nothing to go on after.
  const end = productIds[0] === from ? fileId : null;
  const rows = await readNamed(newestSql({ ...asked, productIds }, values, end), values);
  return pageOf(rows, asked, ({ product, id }) => `${product.id}.${id}`);
}

const readNamed = (text: string, { list }: Values) => read<Row>({ name: nameOf(text), text }, list);

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

function pageOf(rows: readonly Row[], { limit }: FilesAsked, cursorAt: (file: ReleaseFile) => string): FilePage {
  const files = rows.slice(0, limit).map(fileOf);
  const last = files.at(-1);
  return { files, next: rows.length > limit && last ? cursorAt(last) : null };
}
