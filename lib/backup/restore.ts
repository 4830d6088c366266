import { createHash } from "node:crypto";
import { actorKey } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { asOne, type Backup, type Tx } from "#lib/db/index.ts";
import { convergeGroup } from "#lib/entitlements/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import { createTenant, lockTenant } from "#lib/tenancy/index.ts";
import { holdingsOf, wayOutOfQuota } from "#lib/uploads/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, conflict } from "../errors.ts";
import { faultPoint } from "../fault-point.ts";
import { byteSize } from "../format.ts";
import { type AccessChange, accessChange, noteAccess } from "./access-change.ts";
import { type Applied, applyTable } from "./apply-rows.ts";
import type { Opener } from "./archive-reader.ts";
import { type ComingBackKind, leaveWhatEnded } from "./come-back.ts";
import { archiveName } from "./files.ts";
import { type Dropped, fitRows } from "./fit-rows.ts";
import { subjectOf, type Watch } from "./make-backup.ts";
import type { Manifest } from "./manifest.ts";
import { readBackup } from "./read-backup.ts";
import { lockBlobs, provenBy, storeBlobs } from "./restore-blobs.ts";
import { type RestoreWanted, tablesOf } from "./restore-input.ts";
import { refuseStrange } from "./restore-refusals.ts";
import { analyzeStage, makeStage, NEW_ID, stageRows } from "./stage.ts";
import type { TableSpec } from "./tables.ts";
import type { Trust } from "./trust.ts";

/** What a restore changes, or did. */
export interface RestoreReport {
  takenAt: string;
  wanted: RestoreWanted;
  /** Where it goes. */
  tenant: { slug: string; name: string };
  tables: Omit<Applied, "hash">[];
  /** Rows that were left out, since what they refer to is not there. */
  dropped: Dropped;
  comingBack: ComingBackKind[];
  gained: Omit<AccessChange, "hash">;
  lost: Omit<AccessChange, "hash">;
  /** Layers and files that neither the store has nor the backup. */
  missing: { count: number; digests: string[] };
  /** Over all of it: a restore does what was looked at, or nothing. */
  planHash: string;
}

export interface Restoring {
  backup: Backup;
  opener: Opener;
  wanted: RestoreWanted;
  /** Of the report that was looked at; null to look, and change nothing. */
  planHash: string | null;
  /** Called in the transaction, last of all. */
  finish?: (tx: Tx, report: RestoreReport) => Promise<unknown>;
}

class LookedAt extends Error {
  readonly report: RestoreReport;
  constructor(report: RestoreReport) {
    super("looked at");
    this.report = report;
  }
}

/**
 * Restores a backup, or looks at what that would change: the same statements in a transaction that is undone, so that both
 * agree. The tenant's lock is held meanwhile. What was revoked, suspended, archived or yanked since stays so, unless it is named.
 * @throws conflict where the plan is another one by now, the file is damaged, another workspace's or another version's, or
 *   layers are missing; invalid for another key; forbidden over a quota, or for who may not make workspaces
 */
export async function restore(ctx: Ctx, restoring: Restoring, watch: Watch = {}): Promise<RestoreReport> {
  const preview = restoring.planHash === null;
  if (!preview) await storeBlobs(restoring.backup, restoring.opener, watch);
  await faultPoint("layers restored");
  try {
    return await asOne(async (tx) => {
      const report = await restoreIn(tx, ctx, { ...restoring, watch });
      if (preview) throw new LookedAt(report);
      await restoring.finish?.(tx, report);
      await faultPoint("rows restored");
      return report;
    });
  } catch (error) {
    if (error instanceof LookedAt) return error.report;
    throw error;
  }
}

type At = Restoring & { watch: Watch };
type Taken = { manifest: Manifest; trust: Trust };

async function restoreIn(tx: Tx, ctx: Ctx, at: At): Promise<RestoreReport> {
  const { wanted, backup, planHash } = at;
  const specs = tablesOf(wanted);
  const staged = new Set(specs.map(({ table }) => table));
  const { manifest, trust } = await takeRows(tx, specs, at);
  const tenant = await destination(tx, ctx, wanted);
  await at.watch.onProgress?.({ phase: "comparing", done: 0 });
  const dropped = await fitRows(tx, { specs, wanted, tenant, from: manifest.tenant ?? ctx.tenant });
  await analyzeStage(tx, specs);
  const blobs = { known: manifest.blobs, proven: provenBy(manifest, trust) };
  const missing = await lockBlobs(tx, staged, { preview: planHash === null, ...blobs });
  if (planHash !== null && missing.length > 0) throw layersMissing(missing.length);
  const there = { tenantId: tenant.id, now: ctx.now };
  await noteAccess(tx, "before", there);
  const comingBack = wanted.into ? [] : await leaveWhatEnded(tx, { specs, bringBack: wanted.bringBack });
  const applied = await applyAll(tx, { ...ctx, tenant }, { specs, manifest, wanted });
  await noteAccess(tx, "after", there);
  const gained = await accessChange(tx, "gained", tenant.id);
  const lost = await accessChange(tx, "lost", tenant.id);
  await refuseBeyondQuota(tx, tenant);
  const inBackup = new Set(manifest.withBytes ? manifest.blobs.map(({ digest }) => digest) : []);
  const away = missing.filter((digest) => !inBackup.has(digest));
  const report = {
    takenAt: manifest.takenAt,
    wanted,
    tenant: { slug: tenant.slug, name: tenant.name },
    tables: applied.map(({ hash: _, ...rest }) => rest),
    dropped,
    comingBack,
    gained: shown(gained),
    lost: shown(lost),
    missing: { count: away.length, digests: away.slice(0, 20) },
  };
  const plan = wanted.into ? [applied.map(({ table, added }) => [table, added])] : [applied, gained, lost, comingBack];
  const hash = createHash("sha256")
    .update(JSON.stringify([backup.sha256, wanted, plan]))
    .digest("hex");
  if (planHash !== null && planHash !== hash) throw changedSince();
  if (planHash !== null) await recordIt(tx, ctx, { backup, report, tenant });
  return { ...report, planHash: hash };
}

const shown = ({ hash: _, ...change }: AccessChange) => change;

async function takeRows(tx: Tx, specs: readonly TableSpec[], { backup, opener, watch, wanted }: At): Promise<Taken> {
  const wantedTables = new Map(specs.map((spec) => [spec.table, spec]));
  await makeStage(tx, specs);
  let done = 0;
  let trust: Trust = { sealed: false, own: false };
  const source = await namedFiles().read(archiveName(backup));
  const manifest = await readBackup(source, opener, {
    rows: async (table, lines) => {
      watch.signal?.throwIfAborted();
      const spec = wantedTables.get(table);
      if (spec) await stageRows(tx, spec, lines);
      await watch.onProgress?.({ phase: "reading rows", done: done++ });
    },
    manifest: async (manifest, sealed) => {
      trust = await refuseStrange(tx, { manifest, sealed, backup, into: wanted.into !== null, specs });
      return true;
    },
  });
  return { manifest, trust };
}

async function destination(tx: Tx, ctx: Ctx, { into }: RestoreWanted): Promise<Ctx["tenant"]> {
  if (into) return createTenant(ctx, into);
  await lockTenant(tx, ctx.tenant.id);
  return ctx.tenant;
}

async function applyAll(
  tx: Tx,
  ctx: Ctx,
  { specs, manifest, wanted }: { specs: readonly TableSpec[]; manifest: Manifest; wanted: RestoreWanted },
): Promise<Applied[]> {
  const staged = new Set(specs.map(({ table }) => table));
  const how = { tenantId: ctx.tenant.id, manifest, undoNewer: wanted.undoNewer, staged, fresh: wanted.into !== null };
  const applied: Applied[] = [];
  for (const spec of specs) {
    if (spec.table === "users" && !staged.has("members")) continue;
    applied.push(await applyTable(tx, ctx, { spec, how }));
  }
  if (staged.has("releases")) {
    // A version that is there again is not a deleted one; and nobody is told of it a second time.
    await tx.$executeRaw`DELETE FROM deleted_versions d USING releases r
      WHERE d.tenant_id = ${ctx.tenant.id}::uuid AND r.product_id = d.product_id AND r.version_key = d.version_key`;
    await tx.$executeRaw`UPDATE announcements SET finished_at = now()
      WHERE tenant_id = ${ctx.tenant.id}::uuid AND finished_at IS NULL AND id IN (SELECT id FROM stage_announcements)`;
  }
  if (staged.has("entitlements")) await giveBack(tx, ctx, { bringBack: wanted.bringBack, takenAt: manifest.takenAt });
  if (!wanted.into && staged.has("member_groups")) await convergeGroups(tx, ctx);
  return applied;
}

// A row of the ledger that ended stays ended: what is given back is a new one.
async function giveBack(tx: Tx, ctx: Ctx, { bringBack, takenAt }: { bringBack: readonly string[]; takenAt: string }) {
  const ids = bringBack.filter((key) => /^grant:[0-9a-f-]{36}$/.test(key)).map((key) => key.slice("grant:".length));
  await tx.$executeRaw`INSERT INTO entitlements
      (id, tenant_id, member_id, product_id, source, source_ref, reason, granted_by, granted_at, starts_at, expires_at)
    SELECT ${NEW_ID}, s.tenant_id, s.member_id, s.product_id, 'admin', '',
      ${`as in the backup of ${takenAt.slice(0, 10)}`}, ${actorKey(ctx.actor)}, ${ctx.now}, s.starts_at, s.expires_at
    FROM stage_entitlements s JOIN entitlements c ON c.id = s.id
    WHERE c.tenant_id = ${ctx.tenant.id}::uuid AND s.revoked_at IS NULL AND c.revoked_at IS NOT NULL
      AND c.source IN ('admin', 'backfill') AND (${bringBack.includes("grant:all")} OR s.id = ANY(${ids}::uuid[]))
    ON CONFLICT DO NOTHING`;
}

async function convergeGroups(tx: Tx, ctx: Ctx): Promise<void> {
  const groups = await tx.memberGroup.findMany({ where: { tenantId: ctx.tenant.id }, orderBy: { id: "asc" } });
  for (const group of groups) await convergeGroup(tx, ctx, { group, why: "a backup was restored" });
}

async function refuseBeyondQuota(tx: Tx, tenant: Ctx["tenant"]): Promise<void> {
  const { bytes, quotaBytes, quotaRepositories } = await holdingsOf(tx, tenant.id);
  if (quotaBytes !== null && bytes > quotaBytes) {
    const words = `With it the workspace ${tenant.slug} would hold ${byteSize(bytes)}; it may keep ${byteSize(quotaBytes)}.`;
    throw new AppError("forbidden", `${words} ${wayOutOfQuota}`, { reason: "quota_bytes" });
  }
  if (quotaRepositories === null) return;
  const count = await tx.repository.count({ where: { tenantId: tenant.id } });
  if (count <= quotaRepositories) return;
  const words = `With it the workspace ${tenant.slug} would have ${count} repositories; it may have ${quotaRepositories}.`;
  throw new AppError("forbidden", `${words} ${wayOutOfQuota}`, { reason: "quota_repositories" });
}

async function recordIt(
  tx: Tx,
  ctx: Ctx,
  { backup, report, tenant }: { backup: Backup; report: Omit<RestoreReport, "planHash">; tenant: Ctx["tenant"] },
): Promise<void> {
  const { part, product, undoNewer, bringBack, into } = report.wanted;
  const rows = (of: "added" | "changed" | "removed") => report.tables.reduce((sum, table) => sum + table[of], 0);
  const counts = { added: rows("added"), changed: rows("changed"), removed: rows("removed") };
  const access = { gained: report.gained.pairs, lost: report.lost.pairs };
  const after = { part, ...(product && { product }), undoNewer, broughtBack: bringBack.length, ...counts, ...access };
  await record(tx, ctx, {
    action: "backup.restored",
    subject: subjectOf(backup),
    after: into ? { ...after, into: into.slug } : after,
  });
  if (!into) return;
  await record(tx, { ...ctx, tenant }, { action: "backup.restored", subject: subjectOf(backup), after });
}

function layersMissing(count: number): AppError {
  const words = `${count} layers or files of it are gone here, and the backup was made without their bytes.`;
  return conflict(`${words} Restore members or settings alone, or a backup with bytes.`, { reason: "layers_missing" });
}

function changedSince(): AppError {
  return conflict("The workspace has changed since you looked. Look at what it would change again.", {
    reason: "changed_since",
  });
}
