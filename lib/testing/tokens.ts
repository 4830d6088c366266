import type { Capability } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { createPersonalToken, createRobotToken, type Principal } from "#lib/identity/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import { accountCtx } from "./fresh-tenant.ts";

export interface TestToken {
  id: string;
  secret: string;
  principal: Principal;
}

/** A personal token of a user, limited to products where some are named. */
export async function personalToken(
  user: { id: string; email: string },
  scopes: Capability[] = ["registry.pull"],
  productIds: string[] = [],
): Promise<TestToken> {
  const { id, secret } = await createPersonalToken(accountCtx(user), { name: "test", scopes });
  return limited({ id, secret }, productIds);
}

export async function robotToken(ctx: Ctx, scopes: Capability[], productIds: string[] = []): Promise<TestToken> {
  const name = `r${newId().slice(-12)}`;
  const { id, secret } = await createRobotToken(ctx, { name, scopes });
  return limited({ id, secret }, productIds);
}

async function limited(token: { id: string; secret: string }, productIds: string[]): Promise<TestToken> {
  await db().accessToken.update({ where: { id: token.id }, data: { productIds } });
  return { ...token, principal: { type: "token", tokenId: token.id } };
}
