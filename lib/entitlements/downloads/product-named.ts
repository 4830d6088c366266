import { whyOf } from "#lib/access/index.ts";
import { recordRefusal } from "#lib/audit/index.ts";
import type { RepositoryName } from "#lib/catalog/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { AppError, notFound } from "../../errors.ts";
import { type Access, decideAccess } from "../decide-access.ts";

/** Who asks, in which request. */
export interface Asker {
  principal: Principal;
  requestId: string;
}

/** What is asked for, in words for a refusal and for the log. */
interface Asked {
  /** What is not there for who may not know of it. */
  what: string;
  /** Null where no refusal of it is recorded. */
  subject: { type: string; id: string; label: string } | null;
}

export function placeNamed({ tenant, product }: { tenant: string; product: string }): RepositoryName {
  return { name: `${tenant}/${product}`, tenant, product };
}

/** A product that the caller may have, by its vendor's slug and its own. */
export interface Had {
  productId: string;
  access: Access;
}

/**
 * Decides about what a product has: refused with the reason to who may know of it, and not there for others. A refusal is
 * recorded unless the asker is a program that asks by the hour (`polled`).
 * @throws not_found; not_entitled or forbidden with the reason; as decideAccess
 */
export async function demandProduct(
  { principal, requestId }: Asker,
  named: { tenant: string; product: string },
  { polled }: { polled: boolean },
): Promise<Had> {
  const access = await decideAccess(principal, placeNamed(named), "registry.pull");
  const { productId } = access;
  const subject = polled || !productId ? null : { type: "product", id: productId, label: named.product };
  await admit(access, requestId, { what: "product", subject });
  if (!productId) throw notFound("product");
  return { productId, access };
}

const ENTITLEMENT_REASONS: readonly string[] = ["not_entitled", "membership_inactive", "member_suspended"];

/** Lets pass what is allowed. @throws not_found; not_entitled or forbidden with the reason, recorded once a minute */
export async function admit(access: Access, requestId: string, { what, subject }: Asked): Promise<void> {
  const { decision, tenant, actor } = access;
  if (decision.allowed) return;
  if (!decision.visible || !tenant) throw notFound(what);
  const entitlement = ENTITLEMENT_REASONS.includes(decision.reason);
  const action = entitlement ? "download.denied_entitlement" : "registry.pull";
  if (subject) await recordRefusal({ tenant, actor, requestId }, { action, reason: decision.reason, subject }, 1);
  throw new AppError(entitlement ? "not_entitled" : "forbidden", decision.message, {
    reason: decision.reason,
    why: whyOf(decision),
  });
}
