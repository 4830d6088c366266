import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { deleteReleases, lockProduct } from "./delete-releases.ts";
import { lockedRelease, ReleaseId, releaseInTenant, subjectOf } from "./find-release.ts";

export const ForceDeleteRelease = z.strictObject({
  releaseId: ReleaseId,
  /** As typed by who deletes it. */
  version: z.string().trim(),
});

/**
 * Deletes a release in any state for good, with its files. Its version is never used again; its images stay, and may be
 * deleted.
 * @throws forbidden without `release.forceDelete`; not_found; invalid where its version was not typed
 */
export async function forceDeleteRelease(
  ctx: Ctx,
  input: z.input<typeof ForceDeleteRelease>,
): Promise<{ version: string; assets: number }> {
  await demand(ctx, "release.forceDelete");
  const { releaseId, version: typed } = parse(ForceDeleteRelease, input);
  return transaction(async (tx) => {
    await lockProduct(tx, await releaseInTenant(tx, ctx, releaseId));
    const release = await lockedRelease(tx, ctx, releaseId);
    const { version, channel, status } = release;
    if (typed !== version) throw invalid({ version: `must be ${version}` });
    const files = await tx.asset.findMany({
      where: { tenantId: ctx.tenant.id, releaseId: release.id },
      select: { filename: true, sha256: true },
      orderBy: { filename: "asc" },
    });
    await deleteReleases(tx, [release]);
    const assets = Object.fromEntries(files.map(({ filename, sha256 }) => [filename, sha256]));
    const before = { version, channel, status, assets };
    await record(tx, ctx, { action: "release.deleted", subject: subjectOf(release), before });
    return { version, assets: files.length };
  });
}
