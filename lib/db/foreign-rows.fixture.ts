import { randomUUID } from "node:crypto";

/** By `table.column`, for every composite foreign key: a row of tenant `t` that points to what another tenant has, `b`. */
export const FOREIGN_ROWS: Record<string, (tenant: string, b: Record<string, string>) => [string, unknown[]]> = {
  "subscriptions.member_id": (t, b) => [
    "INSERT INTO subscriptions (id, tenant_id, member_id, kind) VALUES ($1, $2, $3, 'lifetime')",
    [randomUUID(), t, b.member],
  ],
  "entitlements.member_id": (t, b) => [
    "INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, granted_by) VALUES ($1, $2, $3, $4, 'admin', 'x')",
    [randomUUID(), t, b.member, b.ownProduct],
  ],
  "entitlements.product_id": (t, b) => [
    "INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, granted_by) VALUES ($1, $2, $3, $4, 'admin', 'x')",
    [randomUUID(), t, b.ownMember, b.product],
  ],
  "announcements.release_id": (t, b) => [
    "INSERT INTO announcements (id, tenant_id, release_id) VALUES ($1, $2, $3)",
    [randomUUID(), t, b.release],
  ],
  "announcement_letters.announcement_id": (t, b) => [
    "INSERT INTO announcement_letters (tenant_id, announcement_id, member_id) VALUES ($1, $2, $3)",
    [t, b.announcement, b.ownMember],
  ],
  "announcement_letters.member_id": (t, b) => [
    "INSERT INTO announcement_letters (tenant_id, announcement_id, member_id) VALUES ($1, $2, $3)",
    [t, b.ownAnnouncement, b.member],
  ],
  "recalls.product_id": (t, b) => [
    `INSERT INTO recalls (id, tenant_id, product_id, release_id, label, reason, recalled_by)
     VALUES ($1, $2, $3, $1, 'x', 'x', 'x')`,
    [randomUUID(), t, b.product],
  ],
  "recalled_images.recall_id": (t, b) => [
    "INSERT INTO recalled_images (tenant_id, recall_id, repository_id, digest) VALUES ($1, $2, $2, 'd')",
    [t, b.recall],
  ],
  "recall_letters.recall_id": (t, b) => [
    "INSERT INTO recall_letters (tenant_id, recall_id, member_id) VALUES ($1, $2, $3)",
    [t, b.recall, b.ownMember],
  ],
  "recall_letters.member_id": (t, b) => [
    "INSERT INTO recall_letters (tenant_id, recall_id, member_id) VALUES ($1, $2, $3)",
    [t, b.ownRecall, b.member],
  ],
  "policy_versions.policy_id": (t, b) => [
    `INSERT INTO policy_versions (id, tenant_id, policy_id, kind, number, document, created_by)
     VALUES ($1, $2, $3, 'access', 2, '{}', 'x')`,
    [randomUUID(), t, b.policy],
  ],
  "operation_run_lines.run_id": (t, b) => [
    "INSERT INTO operation_run_lines (tenant_id, run_id, n, level, text) VALUES ($1, $2, 1, 'info', 'x')",
    [t, b.run],
  ],
  "group_members.group_id": (t, b) => [
    "INSERT INTO group_members (tenant_id, group_id, member_id) VALUES ($1, $2, $3)",
    [t, b.group, b.ownMember],
  ],
  "group_members.member_id": (t, b) => [
    "INSERT INTO group_members (tenant_id, group_id, member_id) VALUES ($1, $2, $3)",
    [t, b.ownGroup, b.member],
  ],
  "directory_users.member_id": (t, b) => [
    "INSERT INTO directory_users (id, tenant_id, user_name, user_name_key, member_id) VALUES ($1, $2, 'x', 'x', $3)",
    [randomUUID(), t, b.member],
  ],
  "directory_group_members.group_id": (t, b) => [
    "INSERT INTO directory_group_members (tenant_id, group_id, directory_user_id) VALUES ($1, $2, $3)",
    [t, b.group, b.ownDirectoryUser],
  ],
  "directory_group_members.directory_user_id": (t, b) => [
    "INSERT INTO directory_group_members (tenant_id, group_id, directory_user_id) VALUES ($1, $2, $3)",
    [t, b.ownGroup, b.directoryUser],
  ],
  "directory_suspensions.member_id": (t, b) => [
    "INSERT INTO directory_suspensions (tenant_id, member_id, suspended_at) VALUES ($1, $2, now())",
    [t, b.member],
  ],
  "group_products.group_id": (t, b) => [
    "INSERT INTO group_products (tenant_id, group_id, product_id) VALUES ($1, $2, $3)",
    [t, b.group, b.ownProduct],
  ],
  "group_products.product_id": (t, b) => [
    "INSERT INTO group_products (tenant_id, group_id, product_id) VALUES ($1, $2, $3)",
    [t, b.ownGroup, b.product],
  ],
  "bulk_changes.product_id": (t, b) => [
    `INSERT INTO bulk_changes (id, tenant_id, kind, product_id, user_id, requested_by_label, request_id)
     VALUES ($1, $2, 'grant', $3, $1, 'x', 'x')`,
    [randomUUID(), t, b.product],
  ],
  "bulk_items.bulk_id": (t, b) => [
    "INSERT INTO bulk_items (tenant_id, bulk_id, line, email) VALUES ($1, $2, 1, 'x')",
    [t, b.bulk],
  ],
  "bulk_items.member_id": (t, b) => [
    "INSERT INTO bulk_items (tenant_id, bulk_id, line, email, member_id) VALUES ($1, $2, 1, 'x', $3)",
    [t, b.ownBulk, b.member],
  ],
  "stripe_price_mappings.product_id": (t, b) => [
    `WITH price AS (INSERT INTO stripe_prices (id, tenant_id, price_id, name, currency) VALUES ($1, $2, $4, 'x', 'eur'))
     INSERT INTO stripe_price_mappings (id, tenant_id, price_id, product_id) VALUES ($1, $2, $4, $3)`,
    [randomUUID(), t, b.product, randomUUID()],
  ],
  "stripe_price_mappings.price_id": (t, b) => [
    `WITH own AS (INSERT INTO products (id, tenant_id, slug, name) VALUES ($1, $2, $4, 'x')),
      price AS (INSERT INTO stripe_prices (id, tenant_id, price_id, name, currency) VALUES ($1, $3, $4, 'x', 'eur'))
     INSERT INTO stripe_price_mappings (id, tenant_id, price_id, product_id) VALUES ($1, $2, $4, $1)`,
    [randomUUID(), t, b.tenant, randomUUID()],
  ],
  "repositories.product_id": (t, b) => [
    "INSERT INTO repositories (id, tenant_id, product_id, name) VALUES ($1, $2, $3, $4)",
    [randomUUID(), t, b.product, `x/${randomUUID()}`],
  ],
  "manifests.repository_id": (t, b) => [
    "INSERT INTO manifests (id, tenant_id, repository_id, digest, media_type, bytes) VALUES ($1, $2, $3, 'd', 'm', '')",
    [randomUUID(), t, b.repository],
  ],
  "manifest_references.repository_id.manifest_id": (t, b) => [
    `INSERT INTO manifest_references (tenant_id, repository_id, manifest_id, digest, kind, size)
     VALUES ($1, $2, $3, 'd', 'layer', 1)`,
    [t, b.repository, b.manifest],
  ],
  "tags.repository_id": (t, b) => [
    "INSERT INTO tags (id, tenant_id, repository_id, name, digest) VALUES ($1, $2, $3, 'x', $4)",
    [randomUUID(), t, b.repository, b.digest],
  ],
  "tags.repository_id.digest": (t, b) => [
    "INSERT INTO tags (id, tenant_id, repository_id, name, digest) VALUES ($1, $2, $3, 'x', $4)",
    [randomUUID(), t, b.ownRepository, b.digest],
  ],
  "tag_events.repository_id": (t, b) => [
    "INSERT INTO tag_events (id, tenant_id, repository_id, name, moved_by) VALUES ($1, $2, $3, 'x', 'x')",
    [randomUUID(), t, b.repository],
  ],
  "repository_blobs.repository_id": (t, b) => [
    "INSERT INTO repository_blobs (tenant_id, repository_id, digest) VALUES ($1, $2, $3)",
    [t, b.repository, b.ownBlob],
  ],
  "uploads.repository_id": (t, b) => [
    "INSERT INTO uploads (id, tenant_id, repository_id, started_by) VALUES ($1, $2, $3, 'x')",
    [randomUUID(), t, b.repository],
  ],
  "upstream_repositories.repository_id": (t, b) => [
    "INSERT INTO upstream_repositories (id, tenant_id, repository_id, registry_id, path) VALUES ($1, $2, $3, $4, 'x')",
    [randomUUID(), t, b.repository, b.ownRegistry],
  ],
  "upstream_repositories.registry_id": (t, b) => [
    "INSERT INTO upstream_repositories (id, tenant_id, repository_id, registry_id, path) VALUES ($1, $2, $3, $4, 'x')",
    [randomUUID(), t, b.ownRepository, b.registry],
  ],
  "upstream_tags.upstream_id": (t, b) => [
    "INSERT INTO upstream_tags (tenant_id, upstream_id, name, checked_at) VALUES ($1, $2, 'x', now())",
    [t, b.upstream],
  ],
  "tag_rules.product_id": (t, b) => [
    "INSERT INTO tag_rules (id, tenant_id, product_id) VALUES ($1, $2, $3)",
    [randomUUID(), t, b.product],
  ],
  "releases.product_id": (t, b) => [
    "INSERT INTO releases (id, tenant_id, product_id, version, version_key) VALUES ($1, $2, $3, '2.0.0', '2')",
    [randomUUID(), t, b.product],
  ],
  "deleted_versions.product_id": (t, b) => [
    "INSERT INTO deleted_versions (tenant_id, product_id, version, version_key) VALUES ($1, $2, '2.0.0', '2')",
    [t, b.product],
  ],
  "release_images.release_id": (t, b) => [
    "INSERT INTO release_images (tenant_id, release_id, repository_id, digest) VALUES ($1, $2, $3, 'd')",
    [t, b.release, b.ownRepository],
  ],
  "release_images.repository_id": (t, b) => [
    "INSERT INTO release_images (tenant_id, release_id, repository_id, digest) VALUES ($1, $2, $3, 'd')",
    [t, b.ownRelease, b.repository],
  ],
  "release_images.repository_id.manifest_digest": (t, b) => [
    `INSERT INTO release_images (tenant_id, release_id, repository_id, digest, manifest_digest)
     VALUES ($1, $2, $3, $4, $4)`,
    [t, b.ownRelease, b.ownRepository, b.digest],
  ],
  "uploads.release_id": (t, b) => [
    "INSERT INTO uploads (id, tenant_id, release_id, filename, started_by) VALUES ($1, $2, $3, 'f', 'x')",
    [randomUUID(), t, b.release],
  ],
  "assets.signs_id": (t, b) => [
    `WITH theirs AS (INSERT INTO assets (id, tenant_id, release_id, filename, size, sha256, blob_digest)
       SELECT $1, $4, $5, 'f', 1, 's', digest FROM blobs LIMIT 1)
     INSERT INTO assets (id, tenant_id, release_id, filename, size, sha256, blob_digest, signs_id)
     SELECT gen_random_uuid(), $2, $3, 'f', 1, 's', digest, $1 FROM blobs LIMIT 1`,
    [randomUUID(), t, b.ownRelease, b.tenant, b.release],
  ],
  "assets.release_id": (t, b) => [
    `INSERT INTO assets (id, tenant_id, release_id, filename, size, sha256, blob_digest)
     SELECT $1, $2, $3, 'f', 1, 's', digest FROM blobs LIMIT 1`,
    [randomUUID(), t, b.release],
  ],
};
