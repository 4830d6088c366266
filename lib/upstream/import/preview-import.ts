import type { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { holdingsOf, parseManifest, patternOf } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { getManifest, listUpstreamTags } from "../client/index.ts";
import { type Import, missingOf } from "./import-image.ts";
import { ImportUpstream, importOf } from "./import-run.ts";

export const PreviewImport = ImportUpstream;

/** What an import would bring. */
export interface ImportPreview {
  /** Tags that the patterns take; how many of them are not here, and how many lead elsewhere there. */
  tags: number;
  fresh: string[];
  moved: string[];
  /** Of blobs that the tenant's repository does not have, each once. */
  bytes: number;
  /** How many of the tags the bytes are of; the others would bring more. */
  looked: number;
  /** How much the tenant may keep yet; null without a limit. */
  room: number | null;
}

/** So many tags are looked into: each is a question to the registry, or several. */
const LOOKED_MAX = 60;
const AT_ONCE = 5;
const SHOWN_MAX = 50;

/**
 * What an import of a repository would bring now, and whether there is room for it. Nothing is kept.
 * @throws forbidden without `provider.syncInventory`; not_found; conflict where it has no upstream; unavailable
 */
export async function previewImport(
  ctx: Ctx,
  input: z.input<typeof PreviewImport>,
  signal?: AbortSignal,
): Promise<ImportPreview> {
  await demand(ctx, "provider.syncInventory");
  const { repositoryId } = parse(PreviewImport, input);
  const work = await importOf(ctx, repositoryId, signal);
  const there = (await listUpstreamTags(work.terms.source, work.limits))?.filter((tag) =>
    patternOf(tag, work.terms.patterns),
  );
  if (!there) throw new AppError("not_found", `The registry has no repository ${work.terms.source.path} any more.`);
  const kept = await keptTags(repositoryId);
  // What is new comes first: it is what is asked about.
  const order = [...there.filter((tag) => !kept.has(tag)), ...there.filter((tag) => kept.has(tag))].slice(
    0,
    LOOKED_MAX,
  );
  const [blobs, moved] = [new Map<string, number>(), [] as string[]];
  for (let at = 0; at < order.length; at += AT_ONCE) {
    const looks = order.slice(at, at + AT_ONCE).map(async (tag) => {
      const digest = await blobsOf(work, tag, blobs);
      if (digest && kept.has(tag) && kept.get(tag) !== digest) moved.push(tag);
    });
    await Promise.all(looks);
  }
  const missing = await missingOf(repositoryId, [...blobs.keys()]);
  const holdings = await query((db) => holdingsOf(db, ctx.tenant.id));
  return {
    tags: there.length,
    fresh: there.filter((tag) => !kept.has(tag)).slice(0, SHOWN_MAX),
    moved,
    bytes: missing.reduce((sum, digest) => sum + (blobs.get(digest) ?? 0), 0),
    looked: order.length,
    room: holdings.quotaBytes === null ? null : Math.max(0, holdings.quotaBytes - holdings.bytes),
  };
}

async function keptTags(repositoryId: string): Promise<Map<string, string>> {
  const rows = await query((db) => db.tag.findMany({ where: { repositoryId }, select: { name: true, digest: true } }));
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

/** Adds the blobs of an image and of its platforms. @returns the image's digest; null where it is not there */
async function blobsOf(work: Import, reference: string, blobs: Map<string, number>): Promise<string | null> {
  const fetched = await getManifest(work.terms.source, reference, work.limits);
  if (!fetched || work.whole.has(fetched.digest)) return fetched?.digest ?? null;
  work.whole.add(fetched.digest);
  for (const { kind, digest, size, foreign } of parseManifest(fetched.bytes, fetched.contentType).references) {
    if (kind === "manifest") await blobsOf(work, digest, blobs);
    else if (!foreign) blobs.set(digest, size);
  }
  return fetched.digest;
}
