import type { PriceRow } from "#lib/billing/index.ts";
import type { ProductRow } from "#lib/catalog/index.ts";
import type {
  explainAccess,
  Grant,
  GroupMemberRow,
  GroupRow,
  LedgerRow,
  ReleaseFile,
  Update,
} from "#lib/entitlements/index.ts";
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

export function viewGroup({ id, name, description, members, products, role, origin, createdAt }: GroupRow) {
  return { id, name, description, members, products, role, origin, createdAt };
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

export function viewDownload({ release, product, vendor, ...file }: ReleaseFile) {
  const { id, filename, size, sha256, sha512, os, arch, signsId } = file;
  const { version, channel, publishedAt, status, yankReason, recalled } = release;
  const withdrawn = status === "yanked" ? yankReason : null;
  return {
    ...{ id, filename, size, sha256, sha512, os, arch, signs: signsId },
    url: `${env().PUBLIC_URL}/v1/downloads/${id}`,
    vendor,
    product,
    release: { id: release.id, version, channel, publishedAt, withdrawn, recalled },
  };
}

/** Where a file is to be had, ending in its name: there are programs that go by that. */
export function urlOf({ id, filename }: Pick<ReleaseFile, "id" | "filename">): string {
  return `${env().PUBLIC_URL}/v1/downloads/${id}/${encodeURIComponent(filename)}`;
}

/** What a program is told that asks for updates. */
export function viewUpdate({ current, update }: Update) {
  return {
    current: current && viewCurrent(current),
    critical: current !== null && (current.yanked || current.recalled !== null),
    update: update && {
      version: update.release.version,
      channel: update.release.channel,
      publishedAt: update.release.publishedAt,
      notes: update.release.notes,
      files: update.files.filter(({ signsId }) => signsId === null).map((file) => viewFeedFile(file, update.files)),
    },
  };
}

function viewCurrent({ version, yanked, reason, recalled }: NonNullable<Update["current"]>) {
  return { version, withdrawn: yanked, reason, recalled };
}

function viewFeedFile(file: ReleaseFile, all: readonly ReleaseFile[]) {
  const { id, filename, size, sha256, sha512, os, arch } = file;
  const signatures = all.filter(({ signsId }) => signsId === id).map(urlOf);
  return { id, filename, size, sha256, sha512, os, arch, url: urlOf(file), signatures };
}
