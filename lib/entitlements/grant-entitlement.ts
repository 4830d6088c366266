import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { productInTenant } from "#lib/catalog/index.ts";
import { transaction } from "#lib/db/index.ts";
import { memberInTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { type Grant, standingGrant } from "./ledger.ts";
import { setGrant } from "./set-grant.ts";

/** An instant with its zone (RFC 3339). */
const Instant = z.iso.datetime({ offset: true, error: "is not a date and time such as 2026-12-31T00:00:00Z" });

export const GrantEntitlement = z.strictObject({
  memberId: z.uuid("is not an id"),
  productId: z.uuid("is not an id"),
  reason: z.string().trim().max(500, "may have at most 500 characters").default(""),
  /** From when it holds; none is at once. */
  startsAt: Instant.optional(),
  /** Until when it holds; null is for good, and so is none for who has no grant by hand yet. */
  expiresAt: Instant.nullish(),
});

/**
 * Gives a member a product by hand. Granting what is already granted changes nothing, and says so. Where other dates are
 * asked for than those of the grant that stands, a new row takes its place in the same transaction, recorded as both.
 * @throws forbidden without `entitlement.grant`; not_found for a member or product of another tenant; invalid for an end
 * in the past or before the beginning, and for a later beginning of what has begun
 */
export async function grantEntitlement(
  ctx: Ctx,
  input: z.input<typeof GrantEntitlement>,
): Promise<{ grant: Grant; changed: boolean; replaced: Grant | null }> {
  await demand(ctx, "entitlement.grant");
  const { memberId, productId, reason, ...asked } = parse(GrantEntitlement, input);
  const dates = datesOf(ctx, asked);

  return transaction(async (tx) => {
    await memberInTenant(tx, ctx, memberId);
    await productInTenant(tx, ctx, productId);
    const key = { memberId, productId, source: "admin" } as const;
    const standing = await standingGrant(tx, ctx, key);
    const terms = standing ? termsOver(ctx, standing, dates) : dates;
    const { grant, ...rest } = await setGrant(tx, ctx, { ...key, ...terms, reason });
    if (!grant) throw new Error("an end that was checked to lie ahead is not over");
    return { grant, ...rest };
  });
}

interface Dates {
  startsAt?: Date;
  /** Undefined: nothing was said of it. */
  expiresAt?: Date | null;
}

/** @throws invalid */
function datesOf(ctx: Ctx, asked: { startsAt?: string; expiresAt?: string | null }): Dates {
  const startsAt = asked.startsAt ? instantOf("startsAt", asked.startsAt) : undefined;
  const expiresAt = asked.expiresAt ? instantOf("expiresAt", asked.expiresAt) : undefined;
  if (expiresAt && expiresAt <= ctx.now) throw invalid({ expiresAt: "is in the past" });
  if (startsAt && expiresAt && expiresAt <= startsAt) throw invalid({ expiresAt: "is before it starts" });
  return { startsAt, expiresAt: asked.expiresAt === null ? null : expiresAt };
}

function instantOf(field: string, text: string): Date {
  const date = new Date(text);
  if (date.getUTCFullYear() > 9999) throw invalid({ [field]: "is too far away" });
  return date;
}

/** What is asked for over a grant that stands: what was left out stays as it is. */
function termsOver(ctx: Ctx, standing: Grant, { startsAt, expiresAt }: Dates) {
  const begun = !standing.startsAt || standing.startsAt <= ctx.now;
  if (begun && startsAt && startsAt > ctx.now) throw invalid({ startsAt: "can't be moved: the grant has begun" });
  const start = begun ? standing.startsAt : (startsAt ?? standing.startsAt);
  const end = expiresAt === undefined ? standing.expiresAt : expiresAt;
  if (start && end && end <= start) throw invalid({ expiresAt: "is before it starts" });
  return { startsAt: start, expiresAt: end };
}
