import { z } from "zod";
import { type Capability, decide, tokenUnfit } from "#lib/access/index.ts";
import { demand } from "#lib/audit/index.ts";
import { type AccessToken, query, type Tenant, transaction } from "#lib/db/index.ts";
import { changeTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";
import { ExpiresInDays, ProductIds, RobotName, RotateToken, Scopes } from "./token-form.ts";
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

export const CreateRobotToken = z.strictObject({
  name: RobotName,
  scopes: Scopes,
  productIds: ProductIds,
  expiresInDays: ExpiresInDays,
});

/**
 * Makes a token for a machine of the tenant, with no more rights than its maker has.
 * @throws forbidden without `token.create`; conflict where a robot of that name lives; invalid
 */
export async function createRobotToken(ctx: Ctx, input: z.input<typeof CreateRobotToken>): Promise<NewSecret> {
  await demand(ctx, "token.create");
  const { name, scopes, productIds, expiresInDays } = parse(CreateRobotToken, input);
  return changeTenant(ctx, "token.create", async (tx, held) => {
    refuseBeyond(held.ctx, scopes);
    await checkLimits(tx, { tenant: ctx.tenant, expiresInDays, productIds });
    // Of two at once, the unique index access_tokens_one_robot lets one through.
    const taken = await tx.accessToken.findFirst({ where: { tenantId: ctx.tenant.id, name, revokedAt: null } });
    if (taken) throw conflict(`There is a robot called ${name} already.`);
    const expiresAt = endOf(daysHere(held.tenant, expiresInDays), ctx.now);
    const token = await addToken(tx, { kind: "robot", tenantId: ctx.tenant.id, name, scopes, productIds, expiresAt });
    await recordToken(tx, ctx, {
      action: "robot.created",
      token: { id: token.id, name },
      after: { scopes, productIds },
    });
    return token;
  });
}

/** @throws forbidden without `token.view` */
export async function listRobotTokens(ctx: Ctx): Promise<AccessTokenView[]> {
  await demand(ctx, "token.view");
  return query((tx) => viewTokens(tx, { tenantId: ctx.tenant.id }, { name: "asc" }));
}

/**
 * Gives a robot a new secret. The old one works on for the overlap. Who rotates gets to know the secret, so they must
 * have what it may do.
 * @throws forbidden without `token.create`; not_found; invalid
 */
export async function rotateRobotToken(ctx: Ctx, input: z.input<typeof RotateToken>): Promise<NewSecret> {
  await demand(ctx, "token.create");
  const { tokenId, ...how } = parse(RotateToken, input);
  return changeTenant(ctx, "token.create", async (tx, held) => {
    const token = await lockToken(tx, tokenId, { tenantId: ctx.tenant.id });
    refuseBeyond(held.ctx, token.scopes);
    const expiresInDays = daysHere(held.tenant, how.expiresInDays);
    const overlapHours = isTaken(held.tenant, token, ctx.now) ? how.overlapHours : 0;
    const here = { expiresInDays, overlapHours, tenantId: ctx.tenant.id, now: ctx.now };
    const rotated = await replaceSecret(tx, token, here);
    await recordToken(tx, ctx, { action: "robot.rotated", token, after: { ...how, overlapHours } });
    return rotated;
  });
}

/** Ends a robot's token for the next request. Ending it twice changes nothing. @throws forbidden without `token.revoke`; not_found */
export async function revokeRobotToken(ctx: Ctx, id: string): Promise<void> {
  await demand(ctx, "token.revoke");
  await transaction(async (tx) => {
    const { token, ended } = await endToken(tx, { id, tenantId: ctx.tenant.id }, ctx.now);
    if (ended) await recordToken(tx, ctx, { action: "robot.revoked", token });
  });
}

// A robot says that it ends when its workspace takes it no longer: a personal token may act elsewhere, too.
function daysHere({ tokenDaysMax }: { tokenDaysMax: number | null }, days: number | null): number | null {
  return days === null || tokenDaysMax === null ? days : Math.min(days, tokenDaysMax);
}

// A secret that the workspace takes no longer doesn't come back by a rotation.
function isTaken(tenant: Tenant, { expiresAt, rotatedAt, createdAt }: AccessToken, now: Date): boolean {
  return tokenUnfit(tenant, { endless: expiresAt === null, issuedAt: rotatedAt ?? createdAt }, now) === null;
}

function refuseBeyond(ctx: Ctx, scopes: readonly string[]): void {
  const beyond = scopes.filter((scope) => !decide(ctx.actor, scope as Capability).allowed);
  if (beyond.length > 0) throw invalid({ scopes: `${beyond.join(", ")}: nobody gives more than they have` });
}
