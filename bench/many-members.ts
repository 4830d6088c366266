import type pg from "pg";

/** How much there is. */
export interface Scale {
  members: number;
  products: number;
  grantsPerMember: number;
}

/**
 * Fills an empty, migrated database with one tenant of that size by statements over whole sets: each member with an
 * account, a token, a subscription and its rows of the ledger, of which a fifth was revoked and some have expired.
 */
export async function fillManyMembers(client: pg.Client, { members, products, grantsPerMember }: Scale): Promise<void> {
  // Neither triggers nor foreign keys row by row: the rows are right by how they are made.
  await client.query("SET session_replication_role = replica");
  // For the search of people alone, and what takes longest to keep.
  for (const name of ["users_email_idx", "users_name_idx"]) await client.query(`DROP INDEX IF EXISTS ${name}`);
  await client.query(`
    INSERT INTO tenants (id, slug, name) VALUES (uuidv7(), 'large', 'Large')`);
  await client.query(
    `INSERT INTO products (id, tenant_id, slug, name, requires_entitlement)
     SELECT uuidv7(), t.id, 'p' || n, 'Product ' || n, n % 4 > 0 FROM tenants t, generate_series(0, $1::int - 1) n`,
    [products],
  );
  await client.query(`
    INSERT INTO repositories (id, tenant_id, product_id, name)
    SELECT uuidv7(), tenant_id, id, 'large/' || slug FROM products`);
  await client.query(
    `CREATE TEMP TABLE people AS SELECT n, uuidv7() AS user_id, uuidv7() AS member_id, uuidv7() AS token_id
     FROM generate_series(0, $1::int - 1) n`,
    [members],
  );
  for (const statement of EACH_PERSON) await client.query(statement);
  await client.query("CREATE TEMP TABLE shelf AS SELECT substr(slug, 2)::int AS n, id FROM products");
  for (let turn = 0; turn < grantsPerMember; turn++) await client.query(GRANTS, [turn, products]);
  await client.query("RESET session_replication_role");
  await client.query("VACUUM (ANALYZE)");
}

const EACH_PERSON = [
  "INSERT INTO users (id, email) SELECT user_id, 'u' || n || '@example.com' FROM people ORDER BY n",
  `INSERT INTO members (id, tenant_id, user_id)
   SELECT member_id, t.id, user_id FROM people, tenants t ORDER BY n`,
  `INSERT INTO subscriptions (id, tenant_id, member_id, kind, status, past_due_since, stripe_subscription_id)
   SELECT uuidv7(), t.id, member_id, 'stripe',
     (CASE WHEN n % 10 = 0 THEN 'canceled' WHEN n % 10 = 1 THEN 'past_due' ELSE 'active' END)::subscription_status,
     CASE WHEN n % 10 = 1 THEN now() - interval '3 days' END, 'sub_' || n
   FROM people, tenants t ORDER BY n`,
  `INSERT INTO access_tokens (id, kind, user_id, name, secret_hash, scopes, product_ids, expires_at)
   SELECT token_id, 'personal', user_id, 'laptop', 'hash-' || n, '{registry.pull}', '{}', now() + interval '90 days'
   FROM people ORDER BY n`,
];

// $1 which of a member's grants, $2 how many products.
const GRANTS = `
  INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, source_ref, granted_by, expires_at, revoked_at)
  SELECT uuidv7(), t.id, p.member_id, s.id,
    (CASE WHEN $1::int % 2 = 0 THEN 'stripe' ELSE 'admin' END)::grant_source,
    CASE WHEN $1::int % 2 = 0 THEN 'sub_' || p.n ELSE '' END, 'system',
    CASE WHEN p.n % 7 = 0 THEN now() - interval '1 day' END,
    CASE WHEN $1::int % 5 = 4 THEN now() - interval '2 days' END
  FROM people p JOIN shelf s ON s.n = (p.n * 7 + $1::int * 41) % $2::int, tenants t ORDER BY p.n`;
