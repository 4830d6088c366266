import { readFileSync } from "node:fs";
import pg from "pg";
import type { Subject } from "./subject.ts";

/** Runs SQL in the database of the server under test, whose address its process has. */
export async function inDatabase<T>(subject: Subject, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const environment = readFileSync(`/proc/${subject.server}/environ`, "utf8").split("\0");
  const connectionString = environment.find((line) => line.startsWith("DATABASE_URL="))?.slice("DATABASE_URL=".length);
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const ADD_MEMBERS = `
  WITH place AS (SELECT t.id AS tenant_id, p.id AS product_id FROM tenants t JOIN products p ON p.tenant_id = t.id
      WHERE t.slug = split_part($2, '/', 1) AND p.slug = split_part($2, '/', 2)),
    people AS (SELECT n, md5('user' || n)::uuid AS user_id, md5('member' || n)::uuid AS member_id
      FROM generate_series(1, $1::int) n),
    u AS (INSERT INTO users (id, email) SELECT user_id, 'bench' || n || '@example.com' FROM people),
    m AS (INSERT INTO members (id, tenant_id, user_id) SELECT member_id, tenant_id, user_id FROM people, place),
    s AS (INSERT INTO subscriptions (id, tenant_id, member_id, kind)
      SELECT gen_random_uuid(), tenant_id, member_id, 'complimentary' FROM people, place),
    e AS (INSERT INTO entitlements (id, tenant_id, member_id, product_id, source, granted_by)
      SELECT gen_random_uuid(), tenant_id, member_id, product_id, 'admin', 'system' FROM people, place)
  INSERT INTO access_tokens (id, kind, user_id, name, secret_hash, scopes, product_ids, expires_at)
  SELECT gen_random_uuid(), 'personal', user_id, 'bench', encode(sha256(convert_to('purser_pat_' || n, 'UTF8')), 'hex'),
    '{registry.pull}', '{}', now() + interval '1 day' FROM people`;

/** Adds members with a grant of the subject's product, each with a token. @returns the registry's bearer token of each */
export async function addMembers(subject: Subject, count: number): Promise<string[]> {
  await inDatabase(subject, async (client) => {
    await client.query(ADD_MEMBERS, [count, subject.repository]);
    await client.query("ANALYZE");
  });
  const url = `${subject.url}/auth/token?service=bench&scope=repository:${subject.repository}:pull`;
  const bearers: string[] = [];
  const issue = async (first: number) => {
    for (let n = first; n <= count; n += ISSUERS) {
      const basic = Buffer.from(`token:purser_pat_${n}`).toString("base64");
      const answer = await fetch(url, { headers: { authorization: `Basic ${basic}` } });
      bearers.push(((await answer.json()) as { token: string }).token);
    }
  };
  await Promise.all(Array.from({ length: ISSUERS }, (_, n) => issue(n + 1)));
  return bearers;
}

const ISSUERS = 8;

/** The name of the n-th of many repositories. */
export const manyName = (subject: Subject, n: number) => `${subject.repository}/many-${n}`;

/**
 * Adds repositories with tags `t1` … that all name a copy of the manifest under `bench`. Those that are there already stay.
 * Written straight into the tables: a push for each would take an hour and measure the same.
 */
export async function addRepositories(
  subject: Subject,
  { first, last, tags }: { first: number; last: number; tags: number },
) {
  await inDatabase(subject, async (client) => {
    const range = [subject.repository, first, last];
    await client.query(
      `INSERT INTO repositories (id, tenant_id, product_id, name)
      SELECT md5('many' || n)::uuid, tenant_id, product_id, $1 || '/many-' || n
      FROM repositories, generate_series($2::int, $3::int) n WHERE name = $1`,
      range,
    );
    await client.query(
      `INSERT INTO manifests (id, tenant_id, repository_id, digest, media_type, bytes)
      SELECT gen_random_uuid(), m.tenant_id, md5('many' || n)::uuid, m.digest, m.media_type, m.bytes
      FROM repositories r JOIN tags t ON t.repository_id = r.id AND t.name = 'bench'
        JOIN manifests m ON m.repository_id = r.id AND m.digest = t.digest, generate_series($2::int, $3::int) n
      WHERE r.name = $1`,
      range,
    );
    await client.query(
      `INSERT INTO tags (id, tenant_id, repository_id, name, digest)
      SELECT gen_random_uuid(), m.tenant_id, m.repository_id, 't' || tag, m.digest
      FROM generate_series($1::int, $2::int) n JOIN manifests m ON m.repository_id = md5('many' || n)::uuid,
        generate_series(1, $3::int) tag`,
      [first, last, tags],
    );
    await client.query("VACUUM ANALYZE");
  });
}
