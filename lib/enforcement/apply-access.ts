import { z } from "zod";
import { rolesWith } from "#lib/access/index.ts";
import type { Policy, Tx } from "#lib/db/index.ts";
import type { Documents } from "#lib/policies/index.ts";
import { setAccessRules } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { conflict } from "../errors.ts";

/** The settings that a policy of access takes the place of, as they were set by hand. */
const ByHand = z.object({ graceDays: z.int(), endlessTokens: z.boolean() });

interface Access {
  policy: Policy;
  /** Whether no version of it was in force until now. */
  first: boolean;
  /** Null: what was set by hand before counts again. */
  document: Documents["access"] | null;
}

/** Makes the workspace's settings what a policy of access says. The caller holds the tenant's lock. */
export async function applyAccess(tx: Tx, ctx: Ctx, { policy, first, document }: Access): Promise<void> {
  const where = { id: policy.id };
  if (document) {
    if (first) {
      const { graceDays, endlessTokens } = await tx.tenant.findUniqueOrThrow({ where: { id: policy.tenantId } });
      await tx.policy.update({ where, data: { replaced: { graceDays, endlessTokens } }, select: { id: true } });
    }
    const { graceDays, endlessTokens, tokenDaysMax, secondFactor: secondFactorRequired } = document;
    return setAccessRules(tx, ctx, { graceDays, endlessTokens, tokenDaysMax, secondFactorRequired });
  }
  const before = ByHand.parse(policy.replaced);
  await setAccessRules(tx, ctx, { ...before, tokenDaysMax: null, secondFactorRequired: false });
}

/** Whoever demands a second factor of the team has one: nobody locks themselves out, or everybody. @throws conflict */
export async function refuseWithoutFactor(
  tx: Tx,
  { actor, tenant }: Ctx,
  document: Documents["access"],
): Promise<void> {
  if (!document.secondFactor) return;
  const userId = actor.type === "user" ? actor.id : actor.type === "token" ? actor.user?.id : undefined;
  // A robot is nobody's: then somebody must be able to come in who can take it back.
  const who = userId ? { userId } : { role: { in: [...rolesWith("policy.archive")] } };
  const withFactor = { OR: [{ totpEnabledAt: { not: null } }, { passkeys: { some: {} } }] };
  const found = await tx.tenantMembership.count({ where: { tenantId: tenant.id, ...who, user: withFactor } });
  if (found > 0) return;
  const whose = userId ? "You have" : "Nobody who could take it back has";
  throw conflict(`${whose} no second factor yet: set one up under Account, Security first.`, {
    reason: "no_second_factor",
  });
}
