import { z } from "zod";
import { type Actor, type Capability, decide, isCapability } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { query, type Tx, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, conflict, invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { hashSecret, newSecret } from "./secret.ts";

/** A token without its secret, which nobody can show again. */
export interface AccessTokenView {
  id: string;
  name: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

const VIEW = { id: true, name: true, scopes: true, createdAt: true, expiresAt: true, lastUsedAt: true } as const;
const DAY_MS = 86_400_000;

const Scopes = z
  .array(z.string().refine(isCapability, "is not a scope"))
  .min(1, "needs at least one scope")
  .transform((scopes) => [...new Set(scopes)]);

export const CreatePersonalToken = z.strictObject({
  name: z.string().trim().min(1, "is missing").max(100),
  scopes: Scopes.default(["registry.pull"]),
  expiresInDays: z.coerce.number().int().min(1).max(366).default(90),
});

export const CreateRobotToken = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9](-?[a-z0-9])*$/, "may have only a–z, 0–9 and single dashes")
    .max(60),
  scopes: Scopes,
  expiresInDays: z.coerce.number().int().min(1).max(366).default(365),
});

type CurrentUser = Extract<Actor, { type: "user" }>;
type Scope = { user: CurrentUser; requestId: string };

/**
 * Makes a token of the user's own; it acts in every tenant where the user may, never with more than the user's rights.
 * @returns the secret, which is shown this once and kept as a hash
 */
export async function createPersonalToken(
  { user, requestId }: Scope,
  input: z.input<typeof CreatePersonalToken>,
): Promise<{ id: string; secret: string; expiresAt: Date }> {
  const { name, scopes, expiresInDays } = parse(CreatePersonalToken, input);
  const secret = newSecret("personal");
  const expiresAt = new Date(Date.now() + expiresInDays * DAY_MS);
  return transaction(async (tx) => {
    const held = await tx.accessToken.count({ where: { userId: user.id, revokedAt: null } });
    if (held >= 100) throw new AppError("conflict", "You hold 100 tokens already. Revoke some first.");
    const data = {
      kind: "personal" as const,
      userId: user.id,
      name,
      scopes,
      expiresAt,
      secretHash: hashSecret(secret),
    };
    const token = await tx.accessToken.create({ data });
    await recordToken(
      tx,
      { tenant: null, actor: user, requestId },
      { action: "token.created", token, after: { scopes } },
    );
    return { id: token.id, secret, expiresAt };
  });
}

export async function listPersonalTokens(userId: string): Promise<AccessTokenView[]> {
  const where = { userId, revokedAt: null };
  return query((db) => db.accessToken.findMany({ where, select: VIEW, orderBy: { id: "desc" } }));
}

/** Ends a token of the user's own for the next request. Ending it twice changes nothing. @throws not_found */
export async function revokePersonalToken({ user, requestId }: Scope, id: string): Promise<void> {
  if (!z.uuid().safeParse(id).success) throw notFound("token");
  await transaction(async (tx) => {
    const token = await tx.accessToken.findFirst({ where: { id, userId: user.id } });
    if (!token) throw notFound("token");
    if (token.revokedAt) return;
    await tx.accessToken.update({ where: { id }, data: { revokedAt: new Date() } });
    await recordToken(tx, { tenant: null, actor: user, requestId }, { action: "token.revoked", token });
  });
}

/**
 * Makes a token for a machine of the tenant, with no more rights than its maker has.
 * @throws forbidden without `token.create`; conflict where a robot of that name lives; invalid
 */
export async function createRobotToken(
  ctx: Ctx,
  input: z.input<typeof CreateRobotToken>,
): Promise<{ id: string; secret: string; expiresAt: Date }> {
  await demand(ctx, "token.create");
  const { name, scopes, expiresInDays } = parse(CreateRobotToken, input);
  const beyond = scopes.filter((scope) => !decide(ctx.actor, scope as Capability).allowed);
  if (beyond.length > 0) throw invalid({ scopes: `${beyond.join(", ")}: nobody gives more than they have` });
  const secret = newSecret("robot");
  const expiresAt = new Date(ctx.now.getTime() + expiresInDays * DAY_MS);
  return transaction(async (tx) => {
    const taken = await tx.accessToken.findFirst({ where: { tenantId: ctx.tenant.id, name, revokedAt: null } });
    if (taken) throw conflict(`There is a robot called ${name} already.`);
    const data = {
      kind: "robot" as const,
      tenantId: ctx.tenant.id,
      name,
      scopes,
      expiresAt,
      secretHash: hashSecret(secret),
    };
    const token = await tx.accessToken.create({ data });
    await recordToken(tx, ctx, { action: "robot.created", token, after: { scopes } });
    return { id: token.id, secret, expiresAt };
  });
}

export async function listRobotTokens(ctx: Ctx): Promise<AccessTokenView[]> {
  await demand(ctx, "token.view");
  const where = { tenantId: ctx.tenant.id, revokedAt: null };
  return query((db) => db.accessToken.findMany({ where, select: VIEW, orderBy: { name: "asc" } }));
}

/** Ends a robot's token for the next request. @throws forbidden without `token.revoke`; not_found */
export async function revokeRobotToken(ctx: Ctx, id: string): Promise<void> {
  await demand(ctx, "token.revoke");
  if (!z.uuid().safeParse(id).success) throw notFound("token");
  await transaction(async (tx) => {
    const token = await tx.accessToken.findUnique({ where: { tenantId_id: { tenantId: ctx.tenant.id, id } } });
    if (!token) throw notFound("token");
    if (token.revokedAt) return;
    await tx.accessToken.update({ where: { id }, data: { revokedAt: ctx.now } });
    await recordToken(tx, ctx, { action: "robot.revoked", token });
  });
}

async function recordToken(
  tx: Tx,
  scope: Parameters<typeof record>[1],
  { action, token, after }: { action: string; token: { id: string; name: string }; after?: { scopes: string[] } },
): Promise<void> {
  await record(tx, scope, { action, subject: { type: "token", id: token.id, label: token.name }, after });
}
