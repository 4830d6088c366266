import { type Backup, nameSql, type Sql, sql, type Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import { damaged } from "./archive-reader.ts";
import type { Manifest } from "./manifest.ts";
import { NEW_ID, stageOf } from "./stage.ts";

/** Whose a file is, as far as this instance can tell. */
export interface Trust {
  /** This instance wrote it. */
  sealed: boolean;
  /** And it is of this very workspace: its rows may be laid over the workspace's, and what they count on is its own. */
  own: boolean;
}

export function trustIn(
  { tenantId }: Pick<Backup, "tenantId">,
  { manifest, sealed }: { manifest: Pick<Manifest, "tenant">; sealed: boolean },
): Trust {
  return { sealed, own: sealed && manifest.tenant?.id === tenantId };
}

/** Where a file is from, in words. */
export function whereFrom({ tenant, instance }: Pick<Manifest, "tenant" | "instance">, { sealed }: Trust): string {
  const of = tenant ? `the workspace ${tenant.slug}` : "a whole instance";
  return sealed ? `${of}, written here` : `${of}, written at ${instance} with another key than this instance's`;
}

/** Refuses what may not be restored there. @throws conflict */
export function refuseForeign(
  { origin, tenantId }: Pick<Backup, "origin" | "tenantId">,
  { manifest, sealed, into }: { manifest: Manifest; sealed: boolean; into: boolean },
): Trust {
  const trust = trustIn({ tenantId }, { manifest, sealed });
  if (trust.own) return trust;
  const reason = "backup_not_ours";
  if (!manifest.tenant) {
    throw conflict("This is a backup of a whole instance: npm run restore takes it, into an empty database.", {
      reason,
    });
  }
  // Anybody can encrypt for a key's public half: what was made here must be what was written here.
  if (origin === "made" && !sealed) {
    throw conflict("This file was not written by this instance, or the instance's key is another one now.", { reason });
  }
  if (origin === "made") throw conflict(`This is a backup of the workspace ${manifest.tenant.slug}.`, { reason });
  if (!into) {
    const words = `This is a backup of ${whereFrom(manifest, trust)}.`;
    throw conflict(`${words} It can be restored into a new workspace alone.`, { reason });
  }
  return trust;
}

const NAME_REST = "^(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)+$";
const TAG = "^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$";
const EMAIL = "^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$";

/** What rows say that this instance did not write, and would never have written: by table, when `s` is wrong. */
function wrongRows(slug: string): [table: string, wrong: Sql][] {
  return [
    ["users", sql`s.id IS NULL OR s.email !~ ${EMAIL} OR length(s.email) > 254 `],
    ["members", sql`NOT EXISTS (SELECT FROM stage_users u WHERE u.id = s.user_id)`],
    [
      "repositories",
      sql`left(s.name, ${slug.length}::int) <> ${slug} OR length(s.name) > 200
        OR substr(s.name, ${slug.length + 1}::int) !~ ${NAME_REST}
        OR NOT EXISTS (SELECT FROM stage_products p WHERE p.id = s.product_id
          AND split_part(substr(s.name, ${slug.length + 2}::int), '/', 1) = p.slug)`,
    ],
    ["tags", sql`s.name !~ ${TAG}`],
    [
      "manifests",
      sql`s.digest <> CASE split_part(s.digest, ':', 1)
        WHEN 'sha512' THEN 'sha512:' || encode(sha512(s.bytes), 'hex')
        ELSE 'sha256:' || encode(sha256(s.bytes), 'hex') END`,
    ],
    ["releases", sql`s.version ~ '[[:cntrl:]/]' OR length(s.version) > 260`],
    [
      "assets",
      sql`s.filename ~ '[[:cntrl:]/\\\\]' OR s.filename IN ('', '.', '..')
      OR s.blob_digest <> 'sha256:' || s.sha256`,
    ],
  ];
}

/**
 * Refuses rows that no instance writes: whoever has a key's public half can make a file with any rows at all, and its
 * passphrase is their own. Ids, keys and which blobs there are is asked for all files alike. @throws conflict
 */
export async function refuseCrafted(tx: Tx, { tenant }: Manifest, tables: ReadonlySet<string>): Promise<void> {
  for (const [table, wrong] of wrongRows(tenant?.slug ?? "")) {
    if (!tables.has(table)) continue;
    const [found] = await tx.$queryRaw<{ wrong: boolean }[]>`
      SELECT EXISTS (SELECT FROM ${stageOf({ table })} s WHERE ${wrong}) AS wrong`;
    if (found?.wrong) throw damaged(null, `its ${table.replaceAll("_", " ")} are none that Purser writes`);
  }
  if (tables.has("members")) await nameAnew(tx);
  for (const table of ["pulled_by", "downloaded_by"]) {
    if (!tables.has(table)) continue;
    await tx.$executeRaw`UPDATE ${stageOf({ table })} SET actor = split_part(actor, ':', 1) || ':' || md5(actor)::uuid
      WHERE actor ~ '^(user|token):'`;
  }
  // Nobody vouches for what a log says that this instance did not write.
  if (tables.has("audit_events")) await tx.$executeRaw`DELETE FROM ${nameSql("stage_audit_events")}`;
}

// Who somebody is their address says: an id that they have in such a file, as who fetched something, too, may be another one's.
async function nameAnew(tx: Tx): Promise<void> {
  await tx.$executeRaw`INSERT INTO stage_ids SELECT id, ${NEW_ID} FROM stage_users`;
  await tx.$executeRaw`UPDATE stage_users s SET id = i.new FROM stage_ids i WHERE s.id = i.old`;
  await tx.$executeRaw`UPDATE stage_members s SET user_id = i.new FROM stage_ids i WHERE s.user_id = i.old`;
  await tx.$executeRaw`DELETE FROM stage_ids`;
}
