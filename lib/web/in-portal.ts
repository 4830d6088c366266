import type { TenantAccess } from "#lib/tenancy/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";

interface Visitor {
  ctx: Ctx & AccountCtx;
  access: TenantAccess;
}

/**
 * The visitor as the portal takes them. Support is left outside: an instance admin is there only what they are without it,
 * a member or nobody (null), so that the pages never say that they may pull what the registry refuses them.
 */
export function inPortal<V extends Visitor>(visitor: V): V | null {
  const { access, ctx } = visitor;
  if (!access.supportUntil) return visitor;
  if (!access.memberId) return null;
  const actor = { ...ctx.actor, role: null, support: false };
  return { ...visitor, access: { ...access, role: null, supportUntil: null }, ctx: { ...ctx, actor } };
}
