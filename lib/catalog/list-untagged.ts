import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { repositoryById } from "./repositories.ts";

export const UntaggedFilter = z.strictObject({
  /** The id after which the page begins, going back in time. */
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

export interface UntaggedRow {
  id: string;
  digest: string;
  mediaType: string;
  artifactType: string | null;
  bytes: number;
  at: Date;
}

/** Manifests that nothing leads to: no tag, no index, no subject that is there. The newest first. @throws not_found; invalid */
export async function listUntagged(
  ctx: Ctx,
  repositoryId: string,
  input: z.input<typeof UntaggedFilter> = {},
): Promise<{ manifests: UntaggedRow[]; next: string | null }> {
  await demand(ctx, "product.view");
  const { after = null, limit } = parse(UntaggedFilter, input);
  const rows = await query(async (db) => {
    const { id } = await repositoryById(db, ctx, repositoryId);
    return db.$queryRaw<(Omit<UntaggedRow, "bytes"> & { bytes: bigint })[]>`
      SELECT m.id, m.digest, m.media_type AS "mediaType", m.artifact_type AS "artifactType", m.created_at AS at,
        (SELECT coalesce(sum(mr.size), 0)::bigint FROM manifest_references mr
          WHERE mr.manifest_id = m.id AND mr.kind <> 'manifest') AS bytes
      FROM manifests m
      WHERE m.tenant_id = ${ctx.tenant.id}::uuid AND m.repository_id = ${id}::uuid
        AND (${after}::uuid IS NULL OR m.id < ${after}::uuid)
        AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.repository_id = m.repository_id AND t.digest = m.digest)
        AND NOT EXISTS (SELECT 1 FROM manifest_references p
          WHERE p.repository_id = m.repository_id AND p.digest = m.digest AND p.kind = 'manifest')
        AND NOT EXISTS (SELECT 1 FROM manifests s WHERE s.repository_id = m.repository_id AND s.digest = m.subject_digest)
      ORDER BY m.id DESC LIMIT ${limit + 1}`;
  });
  const manifests = rows.slice(0, limit).map((row) => ({ ...row, bytes: Number(row.bytes) }));
  return { manifests, next: rows.length > limit ? (manifests.at(-1)?.id ?? null) : null };
}
