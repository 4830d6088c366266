import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

/** A recall as a member sees it who fetched what is recalled. */
export interface OwnRecall {
  id: string;
  product: { slug: string; name: string };
  label: string;
  reason: string;
  replacement: string | null;
  recalledAt: Date;
  /** When they last fetched some of it. */
  lastAt: Date;
}

interface Row extends Omit<OwnRecall, "product"> {
  slug: string;
  name: string;
}

const SHOWN_MAX = 50;

/**
 * The standing recalls of what a member fetched, the newest first: whatever they may have now, since it is about what they run.
 * For the member themselves: it asks for no capability.
 */
export async function listOwnRecalls({ tenant }: Pick<Ctx, "tenant">, memberId: string): Promise<OwnRecall[]> {
  const rows = await query(
    (db) => db.$queryRaw<Row[]>`
      SELECT c.id, c.label, c.reason, c.replacement, c.recalled_at AS "recalledAt", p.slug, p.name, got."lastAt"
      FROM recalls c JOIN products p ON p.id = c.product_id
      CROSS JOIN LATERAL (
        SELECT max(last_at) AS "lastAt" FROM (
          SELECT d.last_at FROM downloaded_by d
          WHERE d.tenant_id = c.tenant_id AND d.member_id = ${memberId}::uuid AND d.release_id = c.release_id
          UNION ALL SELECT b.last_at FROM pulled_by b JOIN recalled_images i
            ON i.repository_id = b.repository_id AND i.digest = b.digest
          WHERE b.tenant_id = c.tenant_id AND b.member_id = ${memberId}::uuid AND i.recall_id = c.id
        ) one
      ) got
      WHERE c.tenant_id = ${tenant.id}::uuid AND c.lifted_at IS NULL AND got."lastAt" IS NOT NULL
      ORDER BY c.id DESC LIMIT ${SHOWN_MAX}`,
  );
  return rows.map(({ slug, name, ...row }) => ({ ...row, product: { slug, name } }));
}

/** What is said of a recall wherever the thing is shown. */
export interface RecallWords {
  at: Date;
  reason: string;
  replacement: string | null;
  /** name@digest where it is not the release that is recalled, but an image of it. */
  image: string | null;
}

/**
 * What the standing recalls say of some releases or of their images, by the release. For whoever may see those: it asks for no
 * capability.
 */
export async function recallsOfReleases(
  { tenant }: Pick<Ctx, "tenant">,
  releaseIds: readonly string[],
): Promise<Map<string, RecallWords>> {
  if (releaseIds.length === 0) return new Map();
  const rows = await query(
    (db) => db.$queryRaw<(RecallWords & { id: string })[]>`
      SELECT DISTINCT ON (r.id) r.id, c.recalled_at AS at, c.reason, c.replacement,
        CASE WHEN c.release_id IS NULL THEN c.label END AS image
      FROM releases r JOIN recalls c ON c.tenant_id = r.tenant_id AND c.lifted_at IS NULL AND (c.release_id = r.id OR EXISTS (
        SELECT FROM release_images i WHERE i.release_id = r.id AND i.repository_id = c.repository_id AND i.digest = c.digest))
      WHERE r.tenant_id = ${tenant.id}::uuid AND r.id = ANY(${[...releaseIds]}::uuid[])
      ORDER BY r.id, c.release_id NULLS LAST, c.id DESC`,
  );
  return new Map(rows.map(({ id, ...words }) => [id, words]));
}
