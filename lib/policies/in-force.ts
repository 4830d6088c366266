import { type PolicyKind, type Sql, sql, type Tx } from "#lib/db/index.ts";
import type { Documents } from "./documents.ts";

/** What rules at a moment, and where it stands. */
export interface InForce<K extends PolicyKind> {
  policyId: string;
  name: string;
  number: number;
  document: Documents[K];
}

type TagKind = Extract<PolicyKind, "retention" | "immutability">;
type Product = { tenantId: string; productId: string };

/** "by the policy Releases, version 3". */
export function policyWords({ name, number }: { name: string; number: number }): string {
  return `the policy “${name}”, version ${number}`;
}

/** A tenant's policy of access, where one is in force. */
export function inForce(tx: Tx, tenantId: string, kind: "access"): Promise<InForce<"access"> | null> {
  return found(tx, ofKind(tenantId, kind));
}

/** The same, and it stays in force until the caller's end: for what it allows. */
export function holdInForce(tx: Tx, tenantId: string, kind: "access"): Promise<InForce<"access"> | null> {
  return held(tx, ofKind(tenantId, kind));
}

/** The policy that rules a product: the one that names it before the one for all of them. */
export function policyOver<K extends TagKind>(tx: Tx, kind: K, product: Product): Promise<InForce<K> | null> {
  return found(tx, over(kind, product));
}

/** The same, and it stays in force until the caller's end: for what it allows. */
export function holdPolicyOver<K extends TagKind>(tx: Tx, kind: K, product: Product): Promise<InForce<K> | null> {
  return held(tx, over(kind, product));
}

function ofKind(tenantId: string, kind: PolicyKind): Sql {
  return sql`v.tenant_id = ${tenantId}::uuid AND v.kind = ${kind}::policy_kind`;
}

function over(kind: TagKind, { tenantId, productId }: Product): Sql {
  return sql`${ofKind(tenantId, kind)} AND (v.document->'products' = '[]'
    OR EXISTS (SELECT FROM products r WHERE r.id = ${productId}::uuid AND v.document->'products' @> to_jsonb(r.slug)))`;
}

async function found<K extends PolicyKind>(tx: Tx, where: Sql): Promise<InForce<K> | null> {
  const [row] = await tx.$queryRaw<InForce<K>[]>`
    SELECT v.policy_id AS "policyId", p.name, v.number, v.document
    FROM policy_versions v JOIN policies p ON p.id = v.policy_id
    WHERE v.state = 'active' AND ${where}
    ORDER BY v.document->'products' = '[]' LIMIT 1`;
  return row ?? null;
}

// A statement that waits for a version which another takes the place of meanwhile sees neither of them: it is asked again.
async function held<K extends PolicyKind>(tx: Tx, where: Sql): Promise<InForce<K> | null> {
  for (;;) {
    const ruling = await found<K>(tx, where);
    if (!ruling || (await hold(tx, ruling))) return ruling;
  }
}

async function hold(tx: Tx, { policyId, number }: Pick<InForce<PolicyKind>, "policyId" | "number">): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM policy_versions WHERE policy_id = ${policyId}::uuid AND number = ${number} AND state = 'active' FOR SHARE`;
  return rows.length > 0;
}
