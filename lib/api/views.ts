import type { PriceRow } from "#lib/billing/index.ts";
import type { ProductRow } from "#lib/catalog/index.ts";
import type { explainAccess, Grant, GroupMemberRow, GroupRow, LedgerRow } from "#lib/entitlements/index.ts";
import type { PublishedAsset } from "#lib/releases/index.ts";
import type { MemberRow } from "#lib/tenancy/index.ts";
import { env } from "../env.ts";

/** Rows as shapes.ts describes them. */
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
  const { id, memberId, productId, source, sourceRef, reason } = grant;
  const { grantedAt, startsAt, expiresAt, revokedAt, revokeReason } = grant;
  const times = { grantedAt, startsAt, expiresAt, revokedAt };
  return { id, memberId, productId, source, sourceRef, reason, ...times, revokeReason };
}

export function viewLedgerRow({ member, product, ...grant }: LedgerRow) {
  return { ...viewGrant(grant), member: member.user.email, product: product.slug };
}

export function viewGroup({ id, name, description, members, products, createdAt }: GroupRow) {
  return { id, name, description, members, products, createdAt };
}

export function viewGroupMember({ id, email, name, suspendedAt, addedAt }: GroupMemberRow) {
  return { id, email, name, suspendedAt, addedAt };
}

export function viewAccess({ member, product, decision }: Awaited<ReturnType<typeof explainAccess>>) {
  const { allowed, rule, reason = null, message = null, warning = null, visible } = decision;
  return {
    member: { id: member.id, email: member.user.email },
    product: { id: product.id, slug: product.slug },
    ...{ allowed, rule, reason, message, warning, visible },
    trace: decision.trace(),
  };
}

export function viewPrice({ products, ...price }: PriceRow) {
  const { priceId, name, unitAmount, currency, interval, intervalCount, active, membership } = price;
  const given = products.map(({ id, slug, name }) => ({ id, slug, name }));
  return { priceId, name, unitAmount, currency, interval, intervalCount, active, membership, products: given };
}

export function viewDownload({ release, ...asset }: PublishedAsset) {
  const { id, filename, size, sha256, os, arch } = asset;
  const { tenant, product, version, channel, publishedAt } = release;
  return {
    ...{ id, filename, size: Number(size), sha256, os, arch },
    url: `${env().PUBLIC_URL}/v1/downloads/${id}`,
    vendor: tenant,
    product,
    release: { id: release.id, version, channel, publishedAt },
  };
}
