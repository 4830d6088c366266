import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { checkBackup, makeBackup, RestoreWanted, restore, setPassphrase, unlockKey } from "#lib/backup/index.ts";
import type { Ctx } from "#lib/context.ts";
import { type Backup, db, pool } from "#lib/db/index.ts";
import { env } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { blobStore, type Digest } from "#lib/storage/index.ts";

export interface Size {
  members: number;
  products: number;
  megabytes: number;
}

const PASSPHRASE = "four words nobody guesses";
/** What a restore adds to, or tells of today: a move of a tag is noted, and a blob was counted on when it came back. */
const APART = ["tag_events", "audit_events", "backups", "backup_settings", "repository_blobs", "tenant_storage"];

/** Backs a large tenant up, breaks it, restores it, and compares. @throws at the first difference */
export async function proveBackup(size: Size): Promise<void> {
  const ctx = await timed("made a tenant", () => makeTenant(size));
  await setPassphrase(ctx, { passphrase: PASSPHRASE });
  const before = await rowsOf(ctx.tenant.id);
  const began = performance.now();
  const backup = await timed("backed up and read back", () => makeBackup(ctx, { withBytes: true }));
  const seconds = (performance.now() - began) / 1000;
  const mb = Number(backup.bytes) / 1e6;
  console.log(
    `  ${mb.toFixed(0)} MB in ${seconds.toFixed(1)} s: ${(mb / seconds).toFixed(0)} MB/s, written and read back`,
  );
  const identity = await unlockKey(backup, PASSPHRASE);
  const opener = { identity };
  const lookAndDo = async (wanted: object) => {
    const how = { backup, opener, wanted: RestoreWanted.parse({ backupId: backup.id, ...wanted }) };
    const { planHash } = await timed("  looked", () => restore(ctx, { ...how, planHash: null }));
    return timed("  restored", () => restore(ctx, { ...how, planHash }));
  };

  await breakIt(ctx);
  console.log("whole:");
  await lookAndDo({ bringBack: ["member:all", "restriction:all"] });
  same(before, await rowsOf(ctx.tenant.id), "whole");
  await timed("re-hashed every layer", () => rehash(ctx.tenant.id));

  await proveOneProduct(ctx, { before, lookAndDo });
  await proveNewWorkspace(ctx, lookAndDo);
  await unlockKey(backup, "another passphrase").then(
    () => Promise.reject(new Error("another passphrase opened it")),
    (error: Error) => console.log(`wrong passphrase: ${error.message}`),
  );
  await flipped(ctx, backup);
  console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}

type LookAndDo = (wanted: object) => Promise<unknown>;

async function proveOneProduct(ctx: Ctx, { before, lookAndDo }: { before: Rows; lookAndDo: LookAndDo }): Promise<void> {
  console.log("one product:");
  const [product, other] = await db().product.findMany({ where: { tenantId: ctx.tenant.id }, take: 2 });
  if (!product || !other) throw new Error("no products");
  await loseImages(ctx, [product.id]);
  await pool().query("UPDATE products SET description = 'changed' WHERE id = ANY($1)", [[product.id, other.id]]);
  const wrecked = await db().product.findUniqueOrThrow({ where: { id: other.id } });
  await lookAndDo({ part: "product", product: product.slug });
  if ((await db().product.findUniqueOrThrow({ where: { id: other.id } })).description !== wrecked.description)
    throw new Error("another product was restored, too");
  await pool().query("UPDATE products SET description = '' WHERE id = $1", [other.id]);
  same(before, await rowsOf(ctx.tenant.id), "one product");
}

async function proveNewWorkspace(ctx: Ctx, lookAndDo: LookAndDo): Promise<void> {
  console.log("a new workspace:");
  const old = await rowsOf(ctx.tenant.id);
  await lookAndDo({ into: { slug: "copy", name: "Copy" } });
  same(old, await rowsOf(ctx.tenant.id), "the old one");
  const copy = await db().tenant.findUniqueOrThrow({ where: { slug: "copy" } });
  counted(old, await rowsOf(copy.id));
}

async function flipped(ctx: Ctx, backup: Backup): Promise<void> {
  const at = path.join(env().DATA_DIR, `backups/${backup.tenantId}/${backup.id}/backup.tar.age`);
  const file = await open(at, "r+");
  const byte = Buffer.alloc(1);
  const middle = Math.floor(Number(backup.bytes) / 2);
  await file.read(byte, 0, 1, middle);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, middle);
  await file.close();
  const { whole } = await timed("looked for a flipped byte", () => checkBackup(ctx, backup.id));
  if (whole) throw new Error("a flipped byte was not found");
  console.log("a flipped byte was found");
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

type Rows = Record<string, { rows: number; hash: string }>;

async function rowsOf(tenantId: string): Promise<Rows> {
  const { rows } = await pool().query<{ name: string }>(`SELECT c.relname AS name FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`);
  const found: Rows = {};
  for (const { name } of rows.filter((row) => !APART.includes(row.name))) {
    const text = `SELECT count(*)::int AS rows, md5(coalesce(string_agg(md5(r::text), '' ORDER BY md5(r::text)), '')) AS hash
      FROM ${name} r WHERE tenant_id = $1`;
    const [row] = (await pool().query<{ rows: number; hash: string }>(text, [tenantId])).rows;
    if (row) found[name] = row;
  }
  return found;
}

function same(before: Rows, after: Rows, what: string): void {
  const differing = Object.keys(before).filter((table) => before[table]?.hash !== after[table]?.hash);
  if (differing.length > 0) throw new Error(`${what}: ${differing.join(", ")} differ`);
  const rows = Object.values(after).reduce((sum, table) => sum + table.rows, 0);
  console.log(`  ${rows} rows are as they were, row by row`);
}

function counted(old: Rows, made: Rows): void {
  const mine = ["tenant_memberships", "stripe_events", "operation_runs", "operation_run_lines"];
  const differing = Object.keys(old).filter((table) => !mine.includes(table) && old[table]?.rows !== made[table]?.rows);
  if (differing.length > 0) throw new Error(`a new workspace: ${differing.join(", ")} have another number of rows`);
  console.log("  it has as many rows in every table; the old one is as it was");
}

async function rehash(tenantId: string): Promise<void> {
  const blobs = await db().repositoryBlob.findMany({ where: { tenantId }, include: { blob: true } });
  for (const { blob } of blobs) {
    const place = blobStore().locate(blob.storageKey);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream("path" in place ? place.path : "")) hash.update(chunk as Buffer);
    if (`sha256:${hash.digest("hex")}` !== blob.digest) throw new Error(`${blob.digest} is another one`);
  }
}

/** Things that go wrong, but no grant that is revoked: those stay so, as restore.db.test.ts shows. */
async function breakIt({ tenant }: Ctx): Promise<void> {
  const of = [tenant.id];
  await pool().query("UPDATE tenants SET grace_days = 30 WHERE id = $1", of);
  await pool().query("UPDATE products SET name = 'Broken', requires_entitlement = true WHERE tenant_id = $1", of);
  await pool().query(
    "UPDATE members SET suspended_at = now() WHERE id IN (SELECT id FROM members WHERE tenant_id = $1 ORDER BY id LIMIT 100)",
    of,
  );
  const products = await db().product.findMany({ where: { tenantId: tenant.id }, take: 20, select: { id: true } });
  await loseImages(
    { tenant } as Ctx,
    products.map(({ id }) => id),
    true,
  );
}

async function loseImages({ tenant }: Ctx, productIds: string[], bytesToo = false): Promise<void> {
  const where = { tenantId: tenant.id, repository: { productId: { in: productIds } } };
  await db().tag.deleteMany({ where });
  await db().manifest.deleteMany({ where });
  const links = await db().repositoryBlob.findMany({ where, include: { blob: true } });
  await db().repositoryBlob.deleteMany({ where });
  if (!bytesToo) return;
  // As the clean-up does it, long after.
  for (const { blob } of links) await blobStore().remove(blob.storageKey);
  await db().blob.deleteMany({ where: { digest: { in: links.map(({ digest }) => digest) } } });
}

async function makeTenant({ members, products, megabytes }: Size): Promise<Ctx> {
  const owner = await db().user.create({ data: { email: "owner@example.com", isInstanceAdmin: true } });
  const memberships = { create: { userId: owner.id, role: "owner" } } as const;
  const tenant = await db().tenant.create({ data: { slug: "large", name: "Large", memberships } });
  const of = [tenant.id];
  await pool().query(
    "INSERT INTO users (id, email) SELECT gen_random_uuid(), 'm' || n || '@example.com' FROM generate_series(1, $1) n",
    [members],
  );
  await pool().query(
    "INSERT INTO members (id, tenant_id, user_id) SELECT gen_random_uuid(), $1, id FROM users WHERE email LIKE 'm%'",
    of,
  );
  await pool().query(
    "INSERT INTO subscriptions (id, tenant_id, member_id, kind) SELECT gen_random_uuid(), $1, id, 'lifetime' FROM members WHERE tenant_id = $1",
    of,
  );
  await pool().query(
    "INSERT INTO products (id, tenant_id, slug, name, requires_entitlement) SELECT gen_random_uuid(), $1, 'p' || n, 'Product ' || n, n % 2 = 0 FROM generate_series(1, $2) n",
    [tenant.id, products],
  );
  // Ten of the products to each member.
  await pool().query(
    `INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, granted_by)
     SELECT gen_random_uuid(), $1, m.id, p.id, 'admin', 'system' FROM (SELECT id, row_number() OVER () AS n FROM members WHERE tenant_id = $1) m
     JOIN (SELECT id, row_number() OVER () AS n FROM products WHERE tenant_id = $1) p ON (m.n + p.n) % greatest($2 / 10, 1) = 0`,
    [tenant.id, products],
  );
  const each = Math.round((megabytes * 1e6) / products);
  for (const { id, slug } of await db().product.findMany({ where: { tenantId: tenant.id } }))
    await pushOne(tenant.id, { productId: id, name: `large/${slug}`, bytes: each });
  const actor = { type: "user", id: owner.id, email: owner.email, role: "owner" } as const;
  return { tenant: { id: tenant.id, slug: "large", name: "Large" }, actor, requestId: "prove", now: new Date() };
}

async function pushOne(tenantId: string, at: { productId: string; name: string; bytes: number }): Promise<void> {
  const repository = await db().repository.create({ data: { tenantId, productId: at.productId, name: at.name } });
  const of = { tenantId, repositoryId: repository.id };
  const layer = randomBytes(at.bytes);
  const digest: Digest = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
  const upload = randomUUID();
  await blobStore().append(upload, 0, Readable.from([layer]));
  const { storageKey } = await blobStore().commit(upload, { size: layer.length, digest });
  await blobStore().discard(upload);
  await db().blob.create({ data: { digest, size: layer.length, storageKey } });
  await db().repositoryBlob.create({ data: { ...of, digest } });
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, layers: [{ digest, size: layer.length }] }));
  const manifestDigest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = await db().manifest.create({ data: { ...of, digest: manifestDigest, mediaType, bytes } });
  await db().manifestReference.create({
    data: { ...of, manifestId: manifest.id, digest, kind: "layer", size: layer.length },
  });
  await db().tag.create({ data: { id: newId(), ...of, name: "latest", digest: manifestDigest } });
}
