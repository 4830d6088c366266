import type { ProductRow } from "#lib/catalog/index.ts";
import type { Grant } from "#lib/entitlements/index.ts";
import type { MemberRow } from "#lib/tenancy/index.ts";

/** What the API shows of a product: never a whole row, so that a new column is not public by accident. */
export function viewProduct({ id, slug, name, description, visibility, requiresEntitlement, createdAt }: ProductRow) {
  return { id, slug, name, description, visibility, requiresEntitlement, createdAt };
}

export function viewMember({ id, user, suspendedAt, subscriptions, createdAt }: MemberRow) {
  return {
    id,
    email: user.email,
    name: user.name,
    suspendedAt,
    subscriptions: subscriptions.map(({ kind, status, currentPeriodEnd, pastDueSince, endedAt }) => ({
      kind,
      status,
      currentPeriodEnd,
      pastDueSince,
      endedAt,
    })),
    createdAt,
  };
}

export function viewGrant(grant: Grant) {
  const {
    id,
    memberId,
    productId,
    source,
    sourceRef,
    reason,
    grantedAt,
    startsAt,
    expiresAt,
    revokedAt,
    revokeReason,
  } = grant;
  return {
    id,
    memberId,
    productId,
    source,
    sourceRef,
    reason,
    grantedAt,
    startsAt,
    expiresAt,
    revokedAt,
    revokeReason,
  };
}
