import type { GrantSource, Tx } from "#lib/db/index.ts";
import { newId } from "../ids.ts";
import type { LedgerCtx } from "./ledger.ts";

/** Each row is checked and told of: so many stay well within what a statement may take (lib/db/pool.ts). */
const BATCH = 5000;

interface Many {
  source: GrantSource;
  sourceRef: string;
  reason: string;
  grantedBy: string;
  /** Whom and what; no row of that source and reference stands for any of them. */
  pairs: readonly { memberId: string; productId: string }[];
}

/** Adds rows to the ledger by the thousand, in the caller's transaction, which records them as a whole. */
export async function addMany(tx: Tx, ctx: LedgerCtx, { pairs, ...grant }: Many): Promise<number> {
  for (let at = 0; at < pairs.length; at += BATCH) {
    const part = pairs.slice(at, at + BATCH);
    const [ids, members] = [part.map(() => newId()), part.map(({ memberId }) => memberId)];
    const products = part.map(({ productId }) => productId);
    await tx.$executeRaw`
      INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, source_ref, reason, granted_by, granted_at)
      SELECT id, ${ctx.tenant.id}::uuid, member_id, product_id, ${grant.source}::grant_source, ${grant.sourceRef},
        ${grant.reason}, ${grant.grantedBy}, ${ctx.now}
      FROM unnest(${ids}::uuid[], ${members}::uuid[], ${products}::uuid[]) AS one (id, member_id, product_id)`;
  }
  return pairs.length;
}
