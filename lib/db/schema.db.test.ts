import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { env } from "#lib/env.ts";
import { type Fixture, freshTenant, pushImage } from "#lib/testing/index.ts";
import { applyMigrations, pool, schemaDifference } from "./index.ts";

describe("the migrations", () => {
  it("lead to the schema file, with nothing left over", async () => {
    expect(await schemaDifference(env().DATABASE_URL)).toBe("");
  });

  it("are applied once: a second time there is nothing to do", async () => {
    expect(await applyMigrations(env().DATABASE_URL)).toEqual([]);
  });
});

interface Key {
  table: string;
  columns: string[];
}

/** Every composite foreign key that carries the tenant, as the database has it. */
async function tenantKeys(): Promise<Key[]> {
  const { rows } = await pool().query<Key>(`
    SELECT conrelid::regclass::text AS table, array_agg(a.attname::text ORDER BY k.place) AS columns
    FROM pg_constraint c
    CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
    WHERE c.contype = 'f' AND cardinality(c.conkey) > 1 AND c.connamespace = 'public'::regnamespace
    GROUP BY c.oid, conrelid ORDER BY 1, 2`);
  return rows;
}

describe("a row that points into another tenant", () => {
  const insert: Record<string, (tenant: string, b: Record<string, string>) => [string, unknown[]]> = {
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
  let a: Fixture;
  let b: Record<string, string>;

  beforeAll(async () => {
    a = await freshTenant();
    const other = await freshTenant();
    const image = await pushImage(other.ctx, other.repository);
    const own = await pushImage(a.ctx, a.repository);
    const one = async (sql: string, values: unknown[]) =>
      (await pool().query<{ id: string }>(sql, values)).rows[0]?.id ?? "";
    const aGroup = (tenant: string) =>
      one("INSERT INTO member_groups (id, tenant_id, name) VALUES ($1, $2, 'x') RETURNING id", [randomUUID(), tenant]);
    const aBulk = (tenant: string, product: string) =>
      one(
        `INSERT INTO bulk_changes (id, tenant_id, kind, product_id, user_id, requested_by_label, request_id)
         VALUES ($1, $2, 'grant', $3, $1, 'x', 'x') RETURNING id`,
        [randomUUID(), tenant, product],
      );
    const aRelease = ({ tenant, product }: Fixture) =>
      one(
        `INSERT INTO releases (id, tenant_id, product_id, version, version_key)
         VALUES ($1, $2, $3, '1.0.0', '1') RETURNING id`,
        [randomUUID(), tenant.id, product.id],
      );
    const anAnnouncement = (tenantId: string, releaseId: string) =>
      one("INSERT INTO announcements (id, tenant_id, release_id) VALUES ($1, $2, $3) RETURNING id", [
        randomUUID(),
        tenantId,
        releaseId,
      ]);
    const aRun = (tenant: string) =>
      one(
        `INSERT INTO operation_runs (id, tenant_id, kind, label, view_capability, start_capability, started_by,
           started_by_label, request_id)
         VALUES ($1, $2, 'test.run', 'x', 'provider.view', 'provider.manage', 'system', 'x', 'x') RETURNING id`,
        [randomUUID(), tenant],
      );
    const aRecall = ({ tenant, product }: Fixture) =>
      one(
        `INSERT INTO recalls (id, tenant_id, product_id, release_id, label, reason, recalled_by)
         VALUES ($1, $2, $3, $1, 'x', 'x', 'x') RETURNING id`,
        [randomUUID(), tenant.id, product.id],
      );
    const [release, ownRelease] = [await aRelease(other), await aRelease(a)];
    b = {
      tenant: other.tenant.id,
      member: other.member.id,
      product: other.product.id,
      ownMember: a.member.id,
      ownProduct: a.product.id,
      repository: await one("SELECT id FROM repositories WHERE name = $1", [other.repository.name]),
      ownRepository: await one("SELECT id FROM repositories WHERE name = $1", [a.repository.name]),
      manifest: await one("SELECT id FROM manifests WHERE tenant_id = $1", [other.tenant.id]),
      digest: image.digest,
      ownBlob: own.layer,
      group: await aGroup(other.tenant.id),
      ownGroup: await aGroup(a.tenant.id),
      bulk: await aBulk(other.tenant.id, other.product.id),
      ownBulk: await aBulk(a.tenant.id, a.product.id),
      ...{ release, ownRelease },
      run: await aRun(other.tenant.id),
      recall: await aRecall(other),
      ownRecall: await aRecall(a),
      announcement: await anAnnouncement(other.tenant.id, release),
      ownAnnouncement: await anAnnouncement(a.tenant.id, ownRelease),
    };
  });

  it("is tried below for every composite key that there is", async () => {
    const names = (await tenantKeys()).map(({ table, columns }) => [table, ...columns.slice(1)].join("."));
    expect(Object.keys(insert).sort()).toEqual(names.sort());
  });

  it.each(Object.entries(insert))("is refused by the database: %s", async (_, make) => {
    const [sql, values] = make(a.tenant.id, b);
    await expect(pool().query(sql, values)).rejects.toMatchObject({ code: "23503" });
  });

  it("can't be had for a tenant-owned table by leaving the tenant out of its key", async () => {
    const { rows } = await pool().query<{ key: string }>(`
      SELECT c.conname AS key FROM pg_constraint c
      JOIN pg_attribute t ON t.attrelid = c.confrelid AND t.attname = 'tenant_id'
      JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attname = 'tenant_id'
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT own.attnum = ANY(c.conkey)`);
    expect(rows).toEqual([]);
  });
});
