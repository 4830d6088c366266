import { timingSafeEqual } from "node:crypto";
import { query, queryPrepared, type Statement, translated } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { hashSecret } from "../secret.ts";
import { directoryActor } from "./actor.ts";

// $1 slug, $2 the secret's hash.
const FIND_DIRECTORY: Statement = {
  name: "find_directory",
  text: `
    SELECT t.id, t.slug, t.name, s.id AS secret_id, s.secret_hash,
           s.last_used_at IS NULL OR s.last_used_at < now() - interval '1 minute' AS stale
    FROM directory_secrets s JOIN tenants t ON t.id = s.tenant_id
    WHERE s.secret_hash = $2 AND s.revoked_at IS NULL AND t.slug = $1 AND t.archived_at IS NULL AND t.deleted_at IS NULL`,
};

interface Row {
  id: string;
  slug: string;
  name: string;
  secret_id: string;
  secret_hash: string;
  stale: boolean;
}

/**
 * The tenant whose directory sends this secret, and the directory as an actor in it; null for a wrong secret, one that was
 * revoked, another tenant's, and a tenant that is archived or not there: nobody can tell them apart.
 */
export async function findDirectory(slug: string, secret: string): Promise<Pick<Ctx, "tenant" | "actor"> | null> {
  try {
    const hash = hashSecret(secret);
    const [row] = await queryPrepared<Row>(FIND_DIRECTORY, [slug, hash]);
    if (!row || !timingSafeEqual(Buffer.from(row.secret_hash), Buffer.from(hash))) return null;
    if (row.stale) await noteUse(row.secret_id);
    return { tenant: { id: row.id, slug: row.slug, name: row.name }, actor: directoryActor(row.secret_id) };
  } catch (error) {
    throw translated(error);
  }
}

async function noteUse(id: string): Promise<void> {
  await query((db) => db.directorySecret.updateMany({ where: { id }, data: { lastUsedAt: new Date() } }));
}
