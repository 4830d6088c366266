import { z } from "zod";
import type { Prisma, Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";

const WITH_PLACE = { product: { select: { id: true, slug: true, name: true } } } satisfies Prisma.RecallInclude;

/** A recall with the product that it is about. */
export type RecallRow = Prisma.RecallGetPayload<{ include: typeof WITH_PLACE }>;

export const RecallId = z.uuid("is not an id");

/** @throws not_found for a recall of another tenant, or none */
export async function recallInTenant(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<RecallRow> {
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const recall = RecallId.safeParse(id).success ? await tx.recall.findUnique({ where, include: WITH_PLACE }) : null;
  if (!recall) throw notFound("recall");
  return recall;
}

/** The same, locked until the transaction ends: lifting and telling follow each other. @throws not_found */
export async function lockedRecall(tx: Tx, ctx: Pick<Ctx, "tenant">, id: string): Promise<RecallRow> {
  await tx.$queryRaw`
    SELECT id FROM recalls WHERE tenant_id = ${ctx.tenant.id}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  return recallInTenant(tx, ctx, id);
}

/** What the log calls a recall. */
export function subjectOf({ id, label, product }: Pick<RecallRow, "id" | "label" | "product">) {
  return { type: "recall", id, label: label.includes("@") ? label : `${product.slug} ${label}` };
}

export { WITH_PLACE };
