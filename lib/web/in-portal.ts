import type { TenantAccess } from "#lib/tenancy/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";

interface Visitor {
  ctx: Ctx & AccountCtx;
  access: TenantAccess;
}

/**
 * The visitor as the portal takes them. Support is left outside: an instance admin is there only what they are without it,
 * a member or nobody (null), so that the pages never say that they may pull what the registry refuses them.
 * So it is with somebody of the team who lacks the second factor that it asks for.
 */
export function inPortal<V extends Visitor>(visitor: V): V | null {
  const { access, ctx } = visitor;
  if (!access.supportUntil && !access.owesSecondFactor) return visitor;
  if (!access.memberId) return null;
  const actor = { ...ctx.actor, role: null, support: false, owesSecondFactor: false };
  const asMember = { ...access, role: null, supportUntil: null, owesSecondFactor: false };
  return { ...visitor, access: asMember, ctx: { ...ctx, actor } };
}
