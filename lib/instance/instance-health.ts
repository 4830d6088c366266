import { readdir } from "node:fs/promises";
import path from "node:path";
import { query, type Tx } from "#lib/db/index.ts";
import { countOutbox } from "#lib/mail/index.ts";
import { s3Settings, storeProblem, storeSpace } from "#lib/storage/index.ts";
import manifest from "../../package.json" with { type: "json" };
import type { AccountCtx } from "../context.ts";
import { env } from "../env.ts";
import { byteSize, duration, plural } from "../format.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

export interface HealthCheck {
  name: string;
  state: "ok" | "warn";
  /** One sentence; where it is a warning, what to do about it, too. */
  says: string;
}

export interface InstanceCounts {
  tenants: number;
  users: number;
  members: number;
  products: number;
  /** Browsers that are signed in now. */
  sessions: number;
}

export interface InstanceHealth {
  version: string;
  checks: HealthCheck[];
  counts: InstanceCounts;
}

/** How the instance is. @throws not_found for whoever is no instance admin; unavailable where there is no database */
export async function instanceHealth(ctx: AccountCtx): Promise<InstanceHealth> {
  await demandInstanceAdmin(ctx);
  const checks = await Promise.all([query(database), query(migrations), store(), mail(), servers()]);
  return { version: manifest.version, checks, counts: await query((db) => countAll(db, ctx.now)) };
}

async function database(db: Tx): Promise<HealthCheck> {
  const [row] = await db.$queryRaw<{ version: string; bytes: bigint }[]>`
    SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes`;
  const says = `PostgreSQL ${row?.version} answers; the database takes ${byteSize(Number(row?.bytes))}.`;
  return { name: "Database", state: "ok", says };
}

async function migrations(db: Tx): Promise<HealthCheck> {
  const name = "Migrations";
  const rows = await db.$queryRaw<{ name: string; done: boolean }[]>`
    SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL`;
  const failed = rows.filter((row) => !row.done).map((row) => row.name);
  if (failed.length > 0) return { name, state: "warn", says: `${failed.join(", ")} began and did not finish.` };
  const known = await migrationFolders();
  if (!known) return { name, state: "warn", says: "The folder prisma/migrations is not there to compare with." };
  const missing = known.filter((folder) => !rows.some((row) => row.name === folder));
  if (missing.length === 0) return { name, state: "ok", says: `All ${known.length} are applied.` };
  return { name, state: "warn", says: `${missing.join(", ")} not applied: run npm run db:deploy.` };
}

// Beside package.json, where npm starts the server; a bundle does not know where it came from.
async function migrationFolders(): Promise<string[] | null> {
  const entries = await readdir(path.resolve("prisma/migrations"), { withFileTypes: true }).catch(() => null);
  return entries?.filter((entry) => entry.isDirectory()).map((entry) => entry.name) ?? null;
}

// Below both, an upload of the next hours may not fit.
const FREE_BYTES_MIN = 5e9;
const FREE_SHARE_MIN = 0.1;

async function store(): Promise<HealthCheck> {
  const name = "Store";
  const s3 = s3Settings();
  if (s3) {
    const problem = await storeProblem();
    if (problem) return { name, state: "warn", says: `Pushes fail: ${problem}.` };
    return { name, state: "ok", says: `The bucket ${s3.bucket} can be written to and read.` };
  }
  const space = await storeSpace();
  if (!space) return { name, state: "ok", says: "Nothing was stored yet; the first upload makes the folder." };
  if (!space.writable) return { name, state: "warn", says: "The store's folder can't be written to: pushes fail." };
  const room = `${byteSize(space.free)} of ${byteSize(space.total)} are free.`;
  const scarce = space.free < FREE_BYTES_MIN && space.free < space.total * FREE_SHARE_MIN;
  if (scarce) return { name, state: "warn", says: `Only ${room} Make room before pushes fail.` };
  return { name, state: "ok", says: `It can be written to; ${room}` };
}

async function mail(): Promise<HealthCheck> {
  const { SMTP_URL } = env();
  const name = "Mail";
  if (SMTP_URL) return { name, state: "ok", says: `Letters go to ${new URL(SMTP_URL).hostname}.` };
  const kept = plural(await countOutbox(), "letter");
  return { name, state: "warn", says: `There is no SMTP_URL: letters reach nobody. ${kept} in the outbox.` };
}

function servers(): HealthCheck {
  const memory = byteSize(process.memoryUsage.rss());
  const uptime = duration(process.uptime() * 1000);
  const workers = plural(env().WORKERS, "worker");
  const says = `${workers}; process ${process.pid} answered, up for ${uptime} with ${memory} of memory.`;
  return { name: "Server", state: "ok", says };
}

async function countAll(db: Tx, now: Date): Promise<InstanceCounts> {
  const [tenants, users, members, products, sessions] = await Promise.all([
    db.tenant.count({ where: { deletedAt: null } }),
    db.user.count(),
    db.member.count(),
    db.product.count(),
    db.session.count({ where: { expiresAt: { gt: now }, awaitsSecondFactor: false } }),
  ]);
  return { tenants, users, members, products, sessions };
}
