import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { env } from "#lib/env.ts";
import { type Fixture, freshTenant, pushImage } from "#lib/testing/index.ts";
import { FOREIGN_ROWS } from "./foreign-rows.fixture.ts";
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
    const aDirectoryUser = (tenant: string) =>
      one(
        "INSERT INTO directory_users (id, tenant_id, user_name, user_name_key) VALUES ($1, $2, 'u', 'u') RETURNING id",
        [randomUUID(), tenant],
      );
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
    const aRegistry = (tenantId: string) =>
      one("INSERT INTO upstream_registries (id, tenant_id, name, url) VALUES ($1, $2, 'x', 'x') RETURNING id", [
        randomUUID(),
        tenantId,
      ]);
    const policy = await one(
      "INSERT INTO policies (id, tenant_id, kind, name) VALUES ($1, $2, 'access', 'x') RETURNING id",
      [randomUUID(), other.tenant.id],
    );
    const registry = await aRegistry(other.tenant.id);
    const upstream = await one(
      `INSERT INTO upstream_repositories (id, tenant_id, repository_id, registry_id, path)
       SELECT $1, tenant_id, id, $2, 'x' FROM repositories WHERE name = $3 RETURNING id`,
      [randomUUID(), registry, other.repository.name],
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
      directoryUser: await aDirectoryUser(other.tenant.id),
      ownDirectoryUser: await aDirectoryUser(a.tenant.id),
      bulk: await aBulk(other.tenant.id, other.product.id),
      ownBulk: await aBulk(a.tenant.id, a.product.id),
      ...{ release, ownRelease, registry, upstream, policy },
      ownRegistry: await aRegistry(a.tenant.id),
      run: await aRun(other.tenant.id),
      recall: await aRecall(other),
      ownRecall: await aRecall(a),
      announcement: await anAnnouncement(other.tenant.id, release),
      ownAnnouncement: await anAnnouncement(a.tenant.id, ownRelease),
    };
  });

  it("is tried below for every composite key that there is", async () => {
    const names = (await tenantKeys()).map(({ table, columns }) => [table, ...columns.slice(1)].join("."));
    expect(Object.keys(FOREIGN_ROWS).sort()).toEqual(names.sort());
  });

  it.each(Object.entries(FOREIGN_ROWS))("is refused by the database: %s", async (_, make) => {
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
