import { type PolicyKind, type Sql, sql, type Tx } from "#lib/db/index.ts";
import type { Documents } from "./documents.ts";

/** What rules at a moment, and where it stands. */
export interface InForce<K extends PolicyKind> {
  policyId: string;
  name: string;
  number: number;
  document: Documents[K];
}

/** "by the policy Releases, version 3". */
export function policyWords({ name, number }: { name: string; number: number }): string {
  return `the policy “${name}”, version ${number}`;
}

/** A tenant's policy of access, where one is in force. */
export async function inForce(tx: Tx, tenantId: string, kind: "access"): Promise<InForce<"access"> | null> {
  return found(tx, sql`v.tenant_id = ${tenantId}::uuid AND v.kind = ${kind}::policy_kind`);
}

/** The policy that rules a product: the one that names it before the one for all of them. Kept as it is until the caller's end. */
export async function policyOver<K extends "retention" | "immutability">(
  tx: Tx,
  kind: K,
  { tenantId, productId }: { tenantId: string; productId: string },
): Promise<InForce<K> | null> {
  return found(
    tx,
    sql`v.tenant_id = ${tenantId}::uuid AND v.kind = ${kind}::policy_kind AND (v.document->'products' = '[]'
      OR EXISTS (SELECT FROM products r WHERE r.id = ${productId}::uuid AND v.document->'products' @> to_jsonb(r.slug)))`,
  );
}

// Whoever rests on it holds it until they have done what it allows.
async function found<K extends PolicyKind>(tx: Tx, where: Sql): Promise<InForce<K> | null> {
  const [row] = await tx.$queryRaw<InForce<K>[]>`
    SELECT v.policy_id AS "policyId", p.name, v.number, v.document
    FROM policy_versions v JOIN policies p ON p.id = v.policy_id
    WHERE v.state = 'active' AND ${where}
    ORDER BY v.document->'products' = '[]' LIMIT 1 FOR SHARE OF v`;
  return row ?? null;
}
