import { query } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { unauthenticated } from "../errors.ts";
import type { Principal } from "./authenticate.ts";

/**
 * A signed-in person as the registry and the API take who asks: good until their sessions end.
 * @throws unauthenticated for an account that is gone
 */
export async function principalOf({ actor }: Pick<AccountCtx, "actor">): Promise<Principal> {
  const where = { id: actor.id };
  const user = await query((db) => db.user.findUnique({ where, select: { sessionVersion: true } }));
  if (!user) throw unauthenticated("The account is gone.");
  return { type: "user", userId: actor.id, sessionVersion: user.sessionVersion };
}
