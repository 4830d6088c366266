import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { transaction } from "#lib/db/index.ts";
import { memberInTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { addGrant, type Grant, standingGrant } from "./ledger.ts";

export const GrantEntitlement = z.strictObject({
  memberId: z.uuid("is not an id"),
  productId: z.uuid("is not an id"),
  reason: z.string().trim().max(500, "may have at most 500 characters").default(""),
  /** An instant with its zone (RFC 3339); none is for good. */
  expiresAt: z.iso.datetime({ offset: true, error: "is not a date and time such as 2026-12-31T00:00:00Z" }).optional(),
});

/**
 * Gives a member a product by hand. Granting what is already granted changes nothing, and says so.
 * @throws forbidden without `entitlement.grant`; not_found for a member or product of another tenant; invalid for an end in the past
 */
export async function grantEntitlement(
  ctx: Ctx,
  input: z.input<typeof GrantEntitlement>,
): Promise<{ grant: Grant; changed: boolean }> {
  await demand(ctx, "entitlement.grant");
  const { memberId, productId, reason, ...parsed } = parse(GrantEntitlement, input);
  const expiresAt = parsed.expiresAt ? new Date(parsed.expiresAt) : null;
  if (expiresAt && expiresAt.getUTCFullYear() > 9999) throw invalid({ expiresAt: "is too far away" });
  if (expiresAt && expiresAt <= ctx.now) throw invalid({ expiresAt: "is in the past" });

  return transaction(async (tx) => {
    const member = await memberInTenant(tx, ctx, memberId);
    const product = await productInTenant(tx, ctx, productId);
    const standing = await standingGrant(tx, ctx, { memberId, productId, source: "admin" });
    if (standing) return { grant: standing, changed: false };

    const grant = await addGrant(tx, ctx, { memberId, productId, source: "admin", reason, expiresAt });
    await record(tx, ctx, {
      action: "entitlement.granted",
      subject: { type: "entitlement", id: grant.id, label: `${member.user.email} · ${product.slug}` },
      reason: reason || undefined,
      after: { member: member.user.email, product: product.slug, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return { grant, changed: true };
  });
}
