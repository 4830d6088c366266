import { record } from "#lib/audit/index.ts";
import { type Prisma, query, type Tx, transaction } from "#lib/db/index.ts";
import { log } from "../log.ts";
import { DELETION_DELAY_DAYS } from "./archive-tenant.ts";

type Where = { where: { tenantId: string } };

// What refers to others goes before them; a table that is missing here fails the test beside this file.
const STEPS: Record<string, (tx: Tx, of: Where) => Promise<{ count: number }>> = {
  backups: (tx, of) => tx.backup.deleteMany(of),
  backup_settings: (tx, of) => tx.backupSettings.deleteMany(of),
  idempotency_keys: (tx, of) => tx.idempotencyKey.deleteMany(of),
  access_tokens: (tx, of) => tx.accessToken.deleteMany(of),
  invitations: (tx, of) => tx.invitation.deleteMany(of),
  support_entries: (tx, of) => tx.supportEntry.deleteMany(of),
  tenant_memberships: (tx, of) => tx.tenantMembership.deleteMany(of),
  pull_events: (tx, of) => tx.pullEvent.deleteMany(of),
  pull_days: (tx, of) => tx.pullDay.deleteMany(of),
  pulled_by: (tx, of) => tx.pulledBy.deleteMany(of),
  download_events: (tx, of) => tx.downloadEvent.deleteMany(of),
  download_days: (tx, of) => tx.downloadDay.deleteMany(of),
  downloaded_by: (tx, of) => tx.downloadedBy.deleteMany(of),
  product_days: (tx, of) => tx.productDay.deleteMany(of),
  member_days: (tx, of) => tx.memberDay.deleteMany(of),
  bulk_items: (tx, of) => tx.bulkItem.deleteMany(of),
  bulk_changes: (tx, of) => tx.bulkChange.deleteMany(of),
  announcement_letters: (tx, of) => tx.announcementLetter.deleteMany(of),
  announcements: (tx, of) => tx.announcement.deleteMany(of),
  recall_letters: (tx, of) => tx.recallLetter.deleteMany(of),
  recalled_images: (tx, of) => tx.recalledImage.deleteMany(of),
  recalls: (tx, of) => tx.recall.deleteMany(of),
  directory_group_members: (tx, of) => tx.directoryGroupMember.deleteMany(of),
  directory_suspensions: (tx, of) => tx.directorySuspension.deleteMany(of),
  directory_users: (tx, of) => tx.directoryUser.deleteMany(of),
  directory_requests: (tx, of) => tx.directoryRequest.deleteMany(of),
  directory_secrets: (tx, of) => tx.directorySecret.deleteMany(of),
  directories: (tx, of) => tx.directory.deleteMany(of),
  group_members: (tx, of) => tx.groupMember.deleteMany(of),
  group_products: (tx, of) => tx.groupProduct.deleteMany(of),
  member_groups: (tx, of) => tx.memberGroup.deleteMany(of),
  entitlements: (tx, of) => tx.entitlement.deleteMany(of),
  subscriptions: (tx, of) => tx.subscription.deleteMany(of),
  members: (tx, of) => tx.member.deleteMany(of),
  stripe_events: (tx, of) => tx.stripeEvent.deleteMany(of),
  stripe_strangers: (tx, of) => tx.stripeStranger.deleteMany(of),
  stripe_rereads: (tx, of) => tx.stripeReread.deleteMany(of),
  stripe_price_mappings: (tx, of) => tx.stripePriceMapping.deleteMany(of),
  stripe_prices: (tx, of) => tx.stripePrice.deleteMany(of),
  stripe_connections: (tx, of) => tx.stripeConnection.deleteMany(of),
  release_images: (tx, of) => tx.releaseImage.deleteMany(of),
  deleted_versions: (tx, of) => tx.deletedVersion.deleteMany(of),
  assets: (tx, of) => tx.asset.deleteMany(of),
  releases: (tx, of) => tx.release.deleteMany(of),
  uploads: (tx, of) => tx.upload.deleteMany(of),
  upstream_tags: (tx, of) => tx.upstreamTag.deleteMany(of),
  upstream_repositories: (tx, of) => tx.upstreamRepository.deleteMany(of),
  upstream_registries: (tx, of) => tx.upstreamRegistry.deleteMany(of),
  tag_events: (tx, of) => tx.tagEvent.deleteMany(of),
  tags: (tx, of) => tx.tag.deleteMany(of),
  manifest_references: (tx, of) => tx.manifestReference.deleteMany(of),
  manifests: (tx, of) => tx.manifest.deleteMany(of),
  repository_blobs: (tx, of) => tx.repositoryBlob.deleteMany(of),
  operation_run_lines: (tx, of) => tx.operationRunLine.deleteMany(of),
  operation_runs: (tx, of) => tx.operationRun.deleteMany(of),
  policy_versions: (tx, of) => tx.policyVersion.deleteMany(of),
  policies: (tx, of) => tx.policy.deleteMany(of),
  compliance_snapshots: (tx, of) => tx.complianceSnapshot.deleteMany(of),
  provider_states: (tx, of) => tx.providerState.deleteMany(of),
  cleanup_shares: (tx, of) => tx.cleanupShare.deleteMany(of),
  tenant_storage: (tx, of) => tx.tenantStorage.deleteMany(of),
  repositories: (tx, of) => tx.repository.deleteMany(of),
  tag_rules: (tx, of) => tx.tagRules.deleteMany(of),
  products: (tx, of) => tx.product.deleteMany(of),
};

/**
 * Erases the data of every tenant whose deletion was asked for seven days ago, each in one transaction. What stays is its
 * row, so that the slug is never issued again, and its audit log. What fails is logged, and tried again the next time.
 * @returns the slugs
 */
export async function eraseDueTenants(now: Date = new Date()): Promise<string[]> {
  const erased: string[] = [];
  for (const { id, slug } of await query((db) => db.tenant.findMany({ where: due(now) }))) {
    const done = await eraseOne(id, now).catch((error: Error) => {
      log.error({ tenant: slug, error: error.stack }, "a deleted tenant's data could not be erased");
      return false;
    });
    if (done) erased.push(slug);
  }
  return erased;
}

function due(now: Date): Prisma.TenantWhereInput {
  const requested = new Date(now.getTime() - DELETION_DELAY_DAYS * 86_400_000);
  return { deletionRequestedAt: { lte: requested }, deletedAt: null };
}

async function eraseOne(id: string, now: Date): Promise<boolean> {
  return transaction(async (tx) => {
    // Of several workers one gets the row; the others pass by.
    const held = await tx.$queryRaw<unknown[]>`SELECT 1 FROM tenants WHERE id = ${id}::uuid FOR UPDATE SKIP LOCKED`;
    const tenant = held.length > 0 ? await tx.tenant.findFirst({ where: { id, ...due(now) } }) : null;
    if (!tenant) return false;
    await erase(tx, tenant, now);
    log.info({ tenant: tenant.slug }, "a deleted tenant's data was erased");
    return true;
  });
}

async function erase(tx: Tx, { id, slug }: { id: string; slug: string }, now: Date): Promise<void> {
  // A tenant may hold more than a request's time limit (lib/db/pool.ts) is made for.
  await tx.$executeRaw`SET LOCAL statement_timeout = '10min'`;
  // First of all, since the ledger's rows go only with a tenant that is deleted.
  const gone = { deletedAt: now, name: slug, storefrontEnabled: false };
  await tx.tenant.update({ where: { id }, data: gone, select: { id: true } });
  const rows: Record<string, number> = {};
  for (const [table, step] of Object.entries(STEPS)) {
    const { count } = await step(tx, { where: { tenantId: id } });
    if (count > 0) rows[table] = count;
  }
  const scope = { tenant: { id }, actor: { type: "system" }, requestId: "erasure" } as const;
  const subject = { type: "tenant", id, label: slug };
  await record(tx, scope, { action: "tenant.erased", subject, after: { rows } });
}
