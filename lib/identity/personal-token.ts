import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { ExpiresInDays, ProductIds, RotateToken, Scopes, TokenName } from "./token-form.ts";
import {
  type AccessTokenView,
  addToken,
  checkLimits,
  endOf,
  lockToken,
  type NewSecret,
  replaceSecret,
  viewTokens,
} from "./token-rows.ts";

/** A person, and the tenant in whose pages they are, if any: its products can be named, its settings hold. */
export type PersonalCtx = AccountCtx & { tenant?: Ctx["tenant"] };

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
    await recordOwn(tx, ctx, { action: "token.created", token: { id: token.id, name }, after: { scopes, productIds } });
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
    await recordOwn(tx, ctx, { action: "token.rotated", token, after: how });
    return rotated;
  });
}

/** Ends a token of the person's own for the next request. Ending it twice changes nothing. @throws not_found */
export async function revokePersonalToken(ctx: AccountCtx, id: string): Promise<void> {
  if (!z.uuid().safeParse(id).success) throw notFound("token");
  await transaction(async (tx) => {
    const own = { id, userId: ctx.actor.id };
    const { count } = await tx.accessToken.updateMany({
      where: { ...own, revokedAt: null },
      data: { revokedAt: ctx.now },
    });
    const token = await tx.accessToken.findFirst({ where: own, select: { id: true, name: true } });
    if (!token) throw notFound("token");
    if (count > 0) await recordOwn(tx, ctx, { action: "token.revoked", token });
  });
}

interface OwnDeed {
  action: string;
  token: { id: string; name: string };
  after?: Parameters<typeof record>[2]["after"];
}

// A personal token is nobody's tenant's: its deeds are in the instance's log.
async function recordOwn(tx: Tx, { actor, requestId }: AccountCtx, { action, token, after }: OwnDeed): Promise<void> {
  const subject = { type: "token", id: token.id, label: token.name };
  await record(tx, { tenant: null, actor, requestId }, { action, subject, after });
}
