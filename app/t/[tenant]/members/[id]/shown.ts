import type { AccessRow } from "#components/members/access-table.tsx";
import type { LedgerRow } from "#components/members/ledger-table.tsx";
import { activeGrants, type Reason } from "#lib/access/index.ts";
import { labelActors } from "#lib/audit/index.ts";
import type { Ctx } from "#lib/context.ts";
import type { GrantRow, ProductAccess } from "#lib/entitlements/index.ts";
import { andOthers } from "#lib/format.ts";
import type { MemberRow } from "#lib/tenancy/index.ts";

/** The ledger as its table shows it: ids of actors in words, and what each row is now. */
export async function ledgerShown(ctx: Ctx, grants: GrantRow[]): Promise<LedgerRow[]> {
  const labels = await labelActors(
    ctx,
    grants.flatMap(({ grantedBy, revokedBy }) => [grantedBy, revokedBy ?? "system"]),
  );
  const labelOf = (key: string | null) => (key ? (labels.get(key) ?? key) : null);
  return grants.map((grant) => ({
    id: grant.id,
    product: { id: grant.product.id, name: grant.product.name },
    source: grant.source,
    sourceRef: grant.sourceRef,
    reason: grant.reason,
    grantedAt: grant.grantedAt,
    grantedBy: labelOf(grant.grantedBy) ?? "",
    startsAt: grant.startsAt,
    expiresAt: grant.expiresAt,
    revokedAt: grant.revokedAt,
    revokedBy: labelOf(grant.revokedBy),
    revokeReason: grant.revokeReason,
    state: stateOf(grant, ctx.now),
  }));
}

function stateOf(grant: GrantRow, now: Date): LedgerRow["state"] {
  if (grant.revokedAt) return "ended";
  if (activeGrants([grant], now).length > 0) return "active";
  return grant.startsAt && grant.startsAt > now ? "scheduled" : "expired";
}

/** Each product with the decision about it now and the grants that hold or are yet to begin. */
export function accessShown(products: ProductAccess[], ledger: LedgerRow[]): AccessRow[] {
  return products.map(({ product, decision }) => ({
    product: {
      id: product.id,
      slug: product.slug,
      name: product.name,
      restricted: product.requiresEntitlement,
      hidden: product.visibility === "hidden",
    },
    allowed: decision.allowed,
    message: decision.allowed ? (decision.warning ?? null) : DENIED[decision.reason],
    grants: ledger.filter(
      (row) => row.product.id === product.id && (row.state === "active" || row.state === "scheduled"),
    ),
  }));
}

/** What suspending a member takes from them, or what ending that gives back. */
export function suspensionShown({ suspendedAt, subscriptions }: MemberRow, products: ProductAccess[]): string {
  if (suspendedAt) return "What their membership and their grants give opens again with their next request.";
  const open = products.filter(({ decision }) => decision.allowed).map(({ product }) => product.name);
  const loss =
    open.length > 0 ? `They lose access to ${andOthers(open)} with their next request.` : "They have no access now.";
  const paid = subscriptions.some(({ kind, endedAt }) => kind === "stripe" && !endedAt);
  const bill = paid ? " Stripe goes on charging them: cancel there what is not to be paid." : "";
  return `${loss} Grants stay in the ledger and open nothing until the suspension ends.${bill}`;
}

// The decision's own words are for the member; here somebody else reads them.
export const DENIED: Record<Reason, string> = {
  not_found: "Not granted: the product is hidden from whoever has no grant.",
  not_entitled: "Not granted: the product needs a grant.",
  membership_inactive: "The membership is not active.",
  member_suspended: "The member is suspended.",
  not_a_member: "Not a member.",
  role_lacks: "The role in the team does not allow it.",
  token_scope: "The token does not allow it.",
};
