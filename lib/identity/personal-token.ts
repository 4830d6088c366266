import { z } from "zod";
import type { AuditScope } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { ExpiresInDays, ProductIds, RotateToken, Scopes, TokenName } from "./token-form.ts";
import {
  type AccessTokenView,
  addToken,
  checkLimits,
  endOf,
  endToken,
  lockToken,
  type NewSecret,
  recordToken,
  replaceSecret,
  viewTokens,
} from "./token-rows.ts";

/** A person, and the tenant in whose pages they are, if any: its products can be named, its settings hold. */
type PersonalCtx = AccountCtx & { tenant?: Ctx["tenant"] };

export const CreatePersonalToken = z.strictObject({
  name: TokenName,
  scopes: Scopes.default(["registry.pull"]),
  productIds: ProductIds,
  expiresInDays: ExpiresInDays,
});

const HELD_MAX = 100;

/**
 * Makes a token of the person's own; it acts in every tenant where they may, never with more than their rights, and on
 * the products that were named alone, if any were.
 * @throws invalid; conflict for who holds 100 already
 */
export async function createPersonalToken(
  ctx: PersonalCtx,
  input: z.input<typeof CreatePersonalToken>,
): Promise<NewSecret> {
  const { name, scopes, productIds, expiresInDays } = parse(CreatePersonalToken, input);
  return transaction(async (tx) => {
    const { actor, tenant = null } = ctx;
    await checkLimits(tx, { tenant, expiresInDays, productIds, userId: actor.id });
    const held = await tx.accessToken.count({ where: { userId: ctx.actor.id, revokedAt: null } });
    if (held >= HELD_MAX) throw conflict(`You hold ${HELD_MAX} tokens already. Revoke some first.`);
    const expiresAt = endOf(expiresInDays, ctx.now);
    const token = await addToken(tx, { kind: "personal", userId: ctx.actor.id, name, scopes, productIds, expiresAt });
    await recordToken(tx, ownScope(ctx), {
      action: "token.created",
      token: { id: token.id, name },
      after: { scopes, productIds },
    });
    return token;
  });
}

export async function listPersonalTokens(userId: string): Promise<AccessTokenView[]> {
  return query((tx) => viewTokens(tx, { userId }, { id: "desc" }));
}

/** Gives a token of the person's own a new secret. The old one works on for the overlap. @throws not_found; invalid */
export async function rotatePersonalToken(ctx: PersonalCtx, input: z.input<typeof RotateToken>): Promise<NewSecret> {
  const { tokenId, ...how } = parse(RotateToken, input);
  return transaction(async (tx) => {
    const token = await lockToken(tx, tokenId, { userId: ctx.actor.id });
    const rotated = await replaceSecret(tx, token, { ...how, tenantId: ctx.tenant?.id ?? null, now: ctx.now });
    await recordToken(tx, ownScope(ctx), { action: "token.rotated", token, after: how });
    return rotated;
  });
}

/** Ends a token of the person's own for the next request. Ending it twice changes nothing. @throws not_found */
export async function revokePersonalToken(ctx: AccountCtx, id: string): Promise<void> {
  await transaction(async (tx) => {
    const { token, ended } = await endToken(tx, { id, userId: ctx.actor.id }, ctx.now);
    if (ended) await recordToken(tx, ownScope(ctx), { action: "token.revoked", token });
  });
}

// A personal token is nobody's tenant's: its deeds are in the instance's log.
function ownScope({ actor, requestId }: AccountCtx): AuditScope {
  return { tenant: null, actor, requestId };
}
