import { nameSql, type Sql, sql, type Tx } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import type { RestoreWanted } from "./restore-input.ts";
import { hasId, refsOf, sameKey, stageOf } from "./stage.ts";
import type { TableSpec } from "./tables.ts";

interface Fit {
  specs: readonly TableSpec[];
  wanted: RestoreWanted;
  /** Where the rows are to be. */
  tenant: { id: string; slug: string };
  /** Where they were. */
  from: { slug: string };
}

/** How many rows were left out, by table, since what they refer to is neither here nor in what is restored. */
export type Dropped = Record<string, number>;

/**
 * Makes the staged rows fit where they go: those of one product alone where that is wanted; with the ids that the same things
 * have here by now, or new ones in a new tenant; without those that would hang in the air.
 */
export async function fitRows(tx: Tx, fit: Fit): Promise<Dropped> {
  const { wanted, specs } = fit;
  if (wanted.part === "product") {
    await tx.$executeRaw`DELETE FROM stage_products WHERE slug <> ${wanted.product ?? ""}`;
    const [found] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM stage_products`;
    if (!found) throw conflict(`This backup has no product with the short name ${wanted.product}.`);
  }
  const dropped: Dropped = {};
  for (const spec of specs) {
    if (spec.table === "users") continue;
    await FITS[spec.table]?.(tx);
    if (spec.table === "tenants") await fitTenant(tx, fit);
    else await mapIds(tx, fit, spec);
    const count = await dropHanging(tx, fit, spec);
    if (count > 0) dropped[spec.table] = count;
  }
  if (wanted.into) await renameIn(tx, fit);
  return dropped;
}

/** What is done to some tables' rows before their ids are mapped. */
const FITS: Readonly<Record<string, (tx: Tx) => Promise<void>>> = {
  members: fitPeople,
  policy_versions: fitPolicies,
};

// The new tenant has its names; what else was set comes along, but for what opens it to the world.
async function fitTenant(tx: Tx, { wanted, tenant }: Fit): Promise<void> {
  if (wanted.into) {
    await tx.$executeRaw`UPDATE stage_tenants SET id = ${tenant.id}::uuid, name = ${wanted.into.name},
      storefront_enabled = false, endless_tokens = false, token_days_max = NULL, second_factor_required = false`;
    return;
  }
  // What a policy in force says of access is not said by a backup.
  await tx.$executeRaw`UPDATE stage_tenants s SET grace_days = t.grace_days, endless_tokens = t.endless_tokens FROM tenants t
    WHERE t.id = ${tenant.id}::uuid AND EXISTS (SELECT FROM policy_versions v
      WHERE v.tenant_id = t.id AND v.kind = 'access' AND v.state = 'active')`;
}

// In a new workspace nobody has looked yet at what a policy would do there. Its age counts from now, so that it isn't pruned
// before anybody has.
async function fitPolicies(tx: Tx): Promise<void> {
  await tx.$executeRaw`UPDATE stage_policy_versions SET state = 'archived', archived_at = now() WHERE state = 'active'`;
}

async function mapIds(tx: Tx, { wanted, tenant }: Fit, spec: TableSpec): Promise<void> {
  const stage = stageOf(spec);
  if (wanted.into) await renameGone(tx, spec);
  for (const { column } of refsOf(spec)) await follow(tx, stage, column);
  await tx.$executeRaw`UPDATE ${stage} SET tenant_id = ${tenant.id}::uuid WHERE tenant_id <> ${tenant.id}::uuid`;
  if (!hasId(spec)) return;
  const table = nameSql(spec.table);
  if (wanted.into) {
    // What came first stays first: a UUIDv7 begins with its time, which the new one keeps.
    await tx.$executeRaw`INSERT INTO stage_ids
      SELECT id, overlay(gen_random_uuid()::text PLACING left(id::text, 15) FROM 1)::uuid FROM ${stage}`;
  } else if (spec.key.join() !== "id") {
    await tx.$executeRaw`INSERT INTO stage_ids SELECT s.id, c.id FROM ${stage} s
      JOIN ${table} c ON c.tenant_id = ${tenant.id}::uuid AND ${sameKey(spec)}
      WHERE c.id <> s.id AND NOT EXISTS (SELECT FROM ${table} o WHERE o.id = s.id) ON CONFLICT DO NOTHING`;
  }
  await follow(tx, stage, "id");
  if (spec.table === "assets") await follow(tx, stage, "signs_id");
}

// What is gone from the backup has another id in a new tenant, too: its own may be a thing of another tenant's.
async function renameGone(tx: Tx, spec: TableSpec): Promise<void> {
  for (const { column, other, loose } of refsOf(spec)) {
    if (!loose || other === spec.table) continue;
    const name = nameSql(column);
    await tx.$executeRaw`INSERT INTO stage_ids SELECT DISTINCT ON (s.${name}) s.${name}, gen_random_uuid() FROM ${stageOf(spec)} s
      WHERE s.${name} IS NOT NULL AND NOT EXISTS (SELECT FROM stage_ids i WHERE i.old = s.${name})`;
  }
}

async function follow(tx: Tx, stage: Sql, column: string): Promise<void> {
  const name = nameSql(column);
  await tx.$executeRaw`UPDATE ${stage} s SET ${name} = i.new FROM stage_ids i WHERE s.${name} = i.old`;
}

async function dropHanging(tx: Tx, { specs, tenant, wanted }: Fit, spec: TableSpec): Promise<number> {
  const staged = new Set(specs.map(({ table }) => table));
  let count = 0;
  for (const { column, other, loose } of refsOf(spec)) {
    if (other === "users" || other === spec.table) continue;
    const name = nameSql(column);
    const inStage = staged.has(other)
      ? sql`AND NOT EXISTS (SELECT FROM ${stageOf({ table: other })} o WHERE o.id = s.${name})`
      : sql``;
    // Of one product alone, what hangs on another one is not meant.
    const inTable =
      wanted.part === "product" && other !== "members"
        ? sql``
        : sql`AND NOT EXISTS (SELECT FROM ${nameSql(other)} o WHERE o.tenant_id = ${tenant.id}::uuid AND o.id = s.${name})`;
    if (loose) continue;
    count += await tx.$executeRaw`DELETE FROM ${stageOf(spec)} s WHERE true ${inStage} ${inTable}`;
  }
  return wanted.part === "product" ? 0 : count;
}

async function renameIn(tx: Tx, { tenant, from, specs }: Fit): Promise<void> {
  const staged = new Set(specs.map(({ table }) => table));
  if (staged.has("repositories"))
    await tx.$executeRaw`UPDATE stage_repositories
      SET name = ${tenant.slug}::text || substr(name, ${from.slug.length + 1}::int)`;
  if (staged.has("entitlements"))
    await tx.$executeRaw`UPDATE stage_entitlements s SET source_ref = i.new::text FROM stage_ids i
      WHERE s.source = 'group' AND s.source_ref = i.old::text`;
  if (staged.has("recalls"))
    await tx.$executeRaw`UPDATE stage_recalls s SET files = (
      SELECT coalesce(jsonb_object_agg(coalesce(i.new::text, f.key), f.value), '{}')
      FROM jsonb_each(s.files) f LEFT JOIN stage_ids i ON i.old::text = f.key)`;
  // A group of the directory's is one by hand here, and gives nobody a role: the directory is not this tenant's.
  if (staged.has("member_groups"))
    await tx.$executeRaw`UPDATE stage_member_groups SET origin = 'hand', external_id = NULL, role = NULL`;
}

// Somebody who has another account by now, under the same address, is who they were.
async function fitPeople(tx: Tx): Promise<void> {
  await tx.$executeRaw`UPDATE stage_members s SET user_id = u.id FROM stage_users b JOIN users u ON u.email = b.email
    WHERE s.user_id = b.id AND u.id <> b.id AND NOT EXISTS (SELECT FROM users k WHERE k.id = b.id)`;
}
