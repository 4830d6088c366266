import { record } from "#lib/audit/index.ts";
import { type Prisma, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { lockedRelease, type ReleaseRow, subjectOf } from "./find-release.ts";

/** What becomes of a release, and what the log says of it. */
interface Change {
  action: string;
  data: Prisma.ReleaseUncheckedUpdateInput;
  reason?: string;
  before?: Prisma.InputJsonObject;
  after?: Prisma.InputJsonObject;
}

/** A release, and whether anything is different now. */
export interface ChangedRelease {
  release: ReleaseRow;
  changed: boolean;
}

/** Sees a locked release as it is now: null changes nothing. */
type Plan = (standing: ReleaseRow, tx: Tx) => Promise<Change | null>;

/**
 * Changes a locked release as `plan` says.
 * @throws not_found for a release of another tenant, or none; what `plan` throws
 */
export async function changeRelease(ctx: Ctx, releaseId: string, plan: Plan): Promise<ChangedRelease> {
  return transaction((tx) => changeReleaseIn(tx, ctx, { releaseId, plan }));
}

/** The same as a part of the caller's transaction. */
export async function changeReleaseIn(
  tx: Tx,
  ctx: Ctx,
  { releaseId, plan }: { releaseId: string; plan: Plan },
): Promise<ChangedRelease> {
  const standing = await lockedRelease(tx, ctx, releaseId);
  const change = await plan(standing, tx);
  if (!change) return { release: standing, changed: false };
  const { data, ...said } = change;
  const row = await tx.release.update({ where: { id: standing.id }, data });
  const release = { ...row, product: standing.product };
  await record(tx, ctx, { ...said, subject: subjectOf(release) });
  return { release, changed: true };
}
