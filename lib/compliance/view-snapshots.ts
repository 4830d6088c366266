import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import type { Counts, Picture } from "./picture.ts";
import { instancePublicKey, isSigned, type Signature } from "./signing.ts";

const unzipped = promisify(gunzip);
const PAGE = 30;

export interface SnapshotRow {
  id: string;
  takenAt: Date;
  takenByLabel: string;
  sha256: string;
  counts: Counts;
}

const COLUMNS = { id: true, takenAt: true, takenByLabel: true, sha256: true, counts: true } as const;

export const SnapshotFilter = z.strictObject({ after: z.uuid("is not an id").optional() });

/** A tenant's snapshots, newest first. @throws forbidden without `provider.view`; invalid */
export async function listSnapshots(
  ctx: Ctx,
  filter: z.input<typeof SnapshotFilter> = {},
): Promise<{ snapshots: SnapshotRow[]; next: string | null }> {
  await demand(ctx, "provider.view");
  const { after } = parse(SnapshotFilter, filter);
  const where = { tenantId: ctx.tenant.id, ...(after && { id: { lt: after } }) };
  const rows = await query((db) =>
    db.complianceSnapshot.findMany({ where, orderBy: { id: "desc" }, take: PAGE + 1, select: COLUMNS }),
  );
  const page = rows.slice(0, PAGE).map((row) => ({ ...row, counts: row.counts as unknown as Counts }));
  return { snapshots: page, next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null };
}

export interface SnapshotView {
  id: string;
  picture: Picture;
  /** The picture as it was signed. */
  text: string;
  signature: Signature;
  /** Whether the signature is right, and made by this instance's key. */
  holds: boolean;
  ours: boolean;
}

/** One snapshot, whole, its signature checked. @throws forbidden without `provider.view`; not_found */
export async function viewSnapshot(ctx: Ctx, snapshotId: string): Promise<SnapshotView> {
  await demand(ctx, "provider.view");
  const { id } = parse(z.strictObject({ id: z.uuid("is not an id") }), { id: snapshotId });
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const row = await query((db) => db.complianceSnapshot.findUnique({ where }));
  if (!row) throw notFound("snapshot");
  const text = (await unzipped(row.content)).toString("utf8");
  const { publicKey, sha256, signature: value } = row;
  const signature: Signature = { algorithm: "Ed25519", publicKey, sha256, value };
  const picture = JSON.parse(text) as Picture;
  return { id, picture, text, signature, holds: isSigned(text, signature), ours: publicKey === instancePublicKey() };
}
