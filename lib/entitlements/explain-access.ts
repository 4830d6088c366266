import { z } from "zod";
import type { Decision } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type ProductRow, productNamed } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import { type MemberRow, memberInTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { foretellAccess } from "./decide-access.ts";

export const ExplainAccess = z.strictObject({
  /** The member's id or address. */
  member: z.string().trim().min(1, "is missing").max(320),
  /** The product's id or slug. */
  product: z.string().trim().min(1, "is missing").max(63),
});

/**
 * Whether a member may pull a product now, and why: what the registry itself would answer them.
 * @throws forbidden without `entitlement.view`; not_found for a member or product of another tenant
 */
export async function explainAccess(
  ctx: Ctx,
  input: z.input<typeof ExplainAccess>,
): Promise<{ member: MemberRow; product: ProductRow; decision: Decision }> {
  await demand(ctx, "entitlement.view");
  const asked = parse(ExplainAccess, input);
  const member = await memberNamed(ctx, asked.member);
  const product = await productNamed(ctx, asked.product);
  const place = { name: `${ctx.tenant.slug}/${product.slug}`, tenant: ctx.tenant.slug, product: product.slug };
  return { member, product, decision: await foretellAccess(member.user.id, place, ctx.now) };
}

async function memberNamed(ctx: Ctx, name: string): Promise<MemberRow> {
  return query(async (db) => {
    if (z.uuid().safeParse(name).success) return memberInTenant(db, ctx, name);
    const email = EmailAddress.safeParse(name).data;
    const where = { tenantId: ctx.tenant.id, user: { email: email ?? "" } };
    const found = await db.member.findFirst({ where, select: { id: true } });
    if (!found) throw notFound("member");
    return memberInTenant(db, ctx, found.id);
  });
}
