import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { pool } from "#lib/db/index.ts";
import { childEnv, env } from "#lib/env.ts";

/**
 * Backs the whole instance up with its own command, restores it with the other into a second database and an empty store, and
 * compares every table. @throws at the first difference
 */
export async function proveInstance(urlOf: (database: string) => string): Promise<void> {
  console.log("the instance:");
  const { DATA_DIR } = env();
  const [file, secret] = [path.join(DATA_DIR, "instance.tar.age"), path.join(DATA_DIR, "passphrase")];
  const dataDir = path.join(DATA_DIR, "restored");
  mkdirSync(dataDir);
  writeFileSync(secret, "four words nobody guesses\n");
  run("backup.ts", ["--to", file, "--passphrase-file", secret, "--blobs"], {});
  await pool().query("CREATE DATABASE restored");
  const there = { DATABASE_URL: urlOf("restored"), DATA_DIR: dataDir };
  run("restore.ts", [file, "--passphrase-file", secret], there);
  const restored = new pg.Client({ connectionString: there.DATABASE_URL });
  await restored.connect();
  try {
    const [before, after] = [await tablesOf(pool()), await tablesOf(restored)];
    const differing = Object.keys(before).filter((table) => before[table] !== after[table]);
    if (differing.length > 0) throw new Error(`the instance: ${differing.join(", ")} differ`);
    console.log(`  all ${Object.keys(before).length} tables are as they were, row by row`);
  } finally {
    await restored.end();
  }
}

function run(script: string, args: string[], more: Record<string, string>): void {
  const began = performance.now();
  const at = path.join(import.meta.dirname, "../scripts", script);
  const { status, stdout, stderr } = spawnSync(process.execPath, [at, ...args], {
    env: childEnv(more),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  console.log(`  ${stdout.trim()} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}

async function tablesOf(db: Pick<pg.Client, "query">): Promise<Record<string, string>> {
  const { rows } = await db.query<{ name: string }>(`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname NOT IN ('rate_limits', '_prisma_migrations') ORDER BY 1`);
  const found: Record<string, string> = {};
  for (const { name } of rows) {
    // Bytes have keys of their own in another store.
    const text = `SELECT count(*) || ' ' || md5(coalesce(string_agg(md5((to_jsonb(r) - 'storage_key')::text), '' ORDER BY
      md5((to_jsonb(r) - 'storage_key')::text)), '')) AS hash FROM ${name} r`;
    const [row] = (await db.query<{ hash: string }>(text)).rows;
    found[name] = row?.hash ?? "";
  }
  return found;
}
