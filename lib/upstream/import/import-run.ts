import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { parseRepositoryName, repositoryById } from "#lib/catalog/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import { defineRun, type RunResult, type StartedRun, startRun } from "#lib/runs/index.ts";
import type { Ctx } from "../../context.ts";
import { AppError, conflict } from "../../errors.ts";
import { byteSize, plural } from "../../format.ts";
import { newId } from "../../ids.ts";
import { parse } from "../../parse.ts";
import { type Mirror, termsOf } from "../pull/mirror.ts";
import type { Import } from "./import-image.ts";
import { importTags } from "./import-tags.ts";

export const ImportUpstream = z.strictObject({ repositoryId: z.uuid("is not an id") });

/** Copies what a repository's upstream has, whole: it can be pulled from then on though upstream is away. */
export const importUpstream = defineRun({
  kind: "upstream.import",
  label: "Import from upstream",
  view: "provider.view",
  start: "provider.syncInventory",
  input: ImportUpstream,
  onDeath: "again",
  async perform(run): Promise<RunResult> {
    const work = await importOf(run.ctx, run.input.repositoryId, run.signal);
    const counts = await importTags(work, run);
    const done = counts.new + counts.moved + counts.same;
    if (done === 0 && counts.failed > 0) throw new AppError("unavailable", `${NONE} ${SEE_LOG}`);
    const where = { tenantId: run.ctx.tenant.id, repositoryId: run.input.repositoryId };
    await query((db) => db.upstreamRepository.updateMany({ where, data: { importedAt: new Date() } }));
    const failed = counts.failed > 0 ? ` ${plural(counts.failed, "tag")} failed. ${SEE_LOG}` : "";
    const told = `${plural(done, "tag")}: ${counts.new} new, ${counts.moved} moved; ${byteSize(work.bytes)} fetched.`;
    return { summary: `${told}${failed}`, details: { ...counts, bytes: work.bytes } };
  },
});

const NONE = "No tag could be imported.";
const SEE_LOG = "The log says why.";

/** Everything that an import needs. @throws not_found; conflict where the repository has no upstream */
export async function importOf(ctx: Ctx, repositoryId: string, signal?: AbortSignal): Promise<Import> {
  const { tenant, requestId } = ctx;
  const { upstream, name } = await query(async (db) => ({
    ...(await repositoryById(db, ctx, repositoryId)),
    upstream: await db.upstreamRepository.findFirst({ where: { tenantId: tenant.id, repositoryId } }),
  }));
  const repository = parseRepositoryName(name);
  const mirror = upstream && repository && { tenant, requestId, repository, repositoryId, upstreamId: upstream.id };
  const terms = mirror && (await termsOf(mirror, "always"));
  if (!mirror || !terms) throw noUpstream(name);
  return { mirror: mirror satisfies Mirror, terms, limits: { signal }, bytes: 0, whole: new Set() };
}

function noUpstream(name: string): AppError {
  return conflict(`${name} has no upstream: connect one first.`);
}

/**
 * Starts an import of a repository, or tells of the one that is under way.
 * @throws forbidden without `provider.syncInventory`; not_found; conflict where it has no upstream
 */
export async function startImport(ctx: Ctx, input: z.input<typeof ImportUpstream>): Promise<StartedRun> {
  await demand(ctx, "provider.syncInventory");
  const { repositoryId } = parse(ImportUpstream, input);
  return transaction(async (tx) => {
    const { name } = await repositoryById(tx, ctx, repositoryId);
    const of = { tenantId: ctx.tenant.id, repositoryId };
    if (!(await tx.upstreamRepository.findFirst({ where: of, select: { id: true } }))) throw noUpstream(name);
    return started(tx, ctx, { id: repositoryId, name });
  });
}

function started(tx: Tx, ctx: Ctx, { id, name }: { id: string; name: string }): Promise<StartedRun> {
  return startRun(tx, ctx, {
    run: importUpstream,
    subject: { id, label: name, page: `repositories/${id}/upstream` },
    input: { repositoryId: id },
  });
}

interface Due {
  id: string;
  repository_id: string;
  name: string;
  tenant_id: string;
  slug: string;
  tenant_name: string;
}

/** Starts the imports that are due by their schedule, as the system. @returns how many were */
export async function startDueImports(now = new Date()): Promise<number> {
  const due = await query(
    (db) => db.$queryRaw<Due[]>`
      SELECT u.id, u.repository_id, r.name, t.id AS tenant_id, t.slug, t.name AS tenant_name
      FROM upstream_repositories u JOIN repositories r ON r.id = u.repository_id JOIN tenants t ON t.id = u.tenant_id
      WHERE u.import_every_hours IS NOT NULL AND t.archived_at IS NULL AND t.deleted_at IS NULL
        AND coalesce(u.import_asked_at, '-infinity') <= ${now}::timestamptz - make_interval(hours => u.import_every_hours)
      ORDER BY u.import_asked_at NULLS FIRST LIMIT 100`,
  );
  for (const { id, repository_id, name, ...tenant } of due) {
    const of = { id: tenant.tenant_id, slug: tenant.slug, name: tenant.tenant_name };
    const ctx: Ctx = { tenant: of, actor: { type: "system" }, requestId: newId(), now };
    await transaction(async (tx) => {
      await tx.upstreamRepository.update({ where: { id }, data: { importAskedAt: now }, select: { id: true } });
      await started(tx, ctx, { id: repository_id, name });
    });
  }
  return due.length;
}
