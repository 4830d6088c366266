import type pg from "pg";

/** How much there is to list. */
export interface Shelf {
  products: number;
  releases: number;
  /** Of so many products, which are all restricted, the member has a grant. */
  grants: number;
}

/** The tenant that they fill. */
export const SHELF = "shelf";
/** A personal token of the member that they give something to. */
export const SHELF_TOKEN = "purser_pat_shelf";

/**
 * Adds a tenant with a member and restricted products, each with releases of three files (Linux, macOS, Windows): four in
 * five are stable, the others beta. Written straight into the tables.
 */
export async function fillShelf(client: pg.Client, { products, releases, grants }: Shelf): Promise<void> {
  await client.query("SET session_replication_role = replica");
  for (const statement of OWNERS) await client.query(statement);
  await client.query(PRODUCTS, [products]);
  await client.query(GRANTS, [grants]);
  await client.query(RELEASES, [releases]);
  await client.query(FILES);
  await client.query("RESET session_replication_role");
  await client.query("VACUUM (ANALYZE)");
}

const OWNERS = [
  `INSERT INTO tenants (id, slug, name) VALUES (uuidv7(), '${SHELF}', 'Shelf')`,
  `INSERT INTO users (id, email, email_verified_at) VALUES (uuidv7(), 'reader@shelf.example', now())`,
  `INSERT INTO members (id, tenant_id, user_id)
   SELECT uuidv7(), t.id, u.id FROM tenants t, users u WHERE t.slug = '${SHELF}' AND u.email = 'reader@shelf.example'`,
  `INSERT INTO subscriptions (id, tenant_id, member_id, kind)
   SELECT uuidv7(), m.tenant_id, m.id, 'complimentary' FROM members m JOIN tenants t ON t.id = m.tenant_id AND t.slug = '${SHELF}'`,
  `INSERT INTO access_tokens (id, kind, user_id, name, secret_hash, scopes, product_ids, expires_at)
   SELECT uuidv7(), 'personal', u.id, 'bench', encode(sha256(convert_to('${SHELF_TOKEN}', 'UTF8')), 'hex'),
     '{registry.pull}', '{}', now() + interval '1 day' FROM users u WHERE u.email = 'reader@shelf.example'`,
  `INSERT INTO blobs (digest, size, storage_key, state)
   VALUES ('sha256:' || repeat('5e', 32), 4096, 'shelf', 'live') ON CONFLICT DO NOTHING`,
];

const PRODUCTS = `
  INSERT INTO products (id, tenant_id, slug, name, requires_entitlement)
  SELECT uuidv7(), t.id, 'p' || n, 'Product ' || n, true
  FROM tenants t, generate_series(0, $1::int - 1) n WHERE t.slug = '${SHELF}' ORDER BY n`;

const GRANTS = `
  INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, granted_by)
  SELECT uuidv7(), p.tenant_id, m.id, p.id, 'admin', 'system'
  FROM tenants t JOIN members m ON m.tenant_id = t.id JOIN products p ON p.tenant_id = t.id
  WHERE t.slug = '${SHELF}' AND substr(p.slug, 2)::int < $1`;

// Week by week over all products, as versions come, so that a product's rows don't lie side by side. The keys are those of
// lib/releases/version-key.ts.
const RELEASES = `
  INSERT INTO releases (id, tenant_id, product_id, version, version_key, channel, status, published_at)
  SELECT uuidv7(), p.tenant_id, p.id, '1.' || n || '.0' || CASE WHEN n % 5 = 4 THEN '-beta.1' ELSE '' END,
    '011' || lpad(length(n::text)::text, 2, '0') || n || '010' || CASE WHEN n % 5 = 4 THEN '-abeta!0011!' ELSE '~' END,
    CASE WHEN n % 5 = 4 THEN 'beta' ELSE 'stable' END, 'published', now() - make_interval(days => 400 - n)
  FROM tenants t JOIN products p ON p.tenant_id = t.id, generate_series(1, $1::int) n
  WHERE t.slug = '${SHELF}' ORDER BY n, p.id`;

const FILES = `
  INSERT INTO assets (id, tenant_id, release_id, filename, os, arch, size, sha256, blob_digest)
  SELECT uuidv7(), r.tenant_id, r.id, 'app-' || r.version || '-' || os || '.tar.gz', os, 'amd64', 4096,
    repeat('5e', 32), 'sha256:' || repeat('5e', 32)
  FROM tenants t JOIN releases r ON r.tenant_id = t.id, unnest('{linux,macos,windows}'::text[]) os
  WHERE t.slug = '${SHELF}' ORDER BY r.id, os`;
