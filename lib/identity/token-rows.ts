import { z } from "zod";
import { type AuditEntry, type AuditScope, record } from "#lib/audit/index.ts";
import type { AccessToken, Prisma, Tx } from "#lib/db/index.ts";
import { invalid, notFound } from "../errors.ts";
import { hashSecret, newSecret } from "./secret.ts";

/** A token without its secret, which nobody can show again. */
export interface AccessTokenView {
  id: string;
  name: string;
  scopes: string[];
  /** Names of the products that it is limited to; empty for all. */
  products: string[];
  createdAt: Date;
  /** Null for a token without an end. */
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  /** Until when the secret before the last rotation still works. */
  previousExpiresAt: Date | null;
}

/** A secret that is shown this once, and kept as a hash. */
export interface NewSecret {
  id: string;
  secret: string;
  expiresAt: Date | null;
}

const VIEW = {
  id: true,
  name: true,
  scopes: true,
  productIds: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  lastUsedAddress: true,
  previousExpiresAt: true,
} as const;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Living tokens with the names of their products. */
export async function viewTokens(
  tx: Tx,
  where: Prisma.AccessTokenWhereInput,
  orderBy: Prisma.AccessTokenOrderByWithRelationInput,
): Promise<AccessTokenView[]> {
  const tokens = await tx.accessToken.findMany({ where: { ...where, revokedAt: null }, select: VIEW, orderBy });
  const ids = [...new Set(tokens.flatMap(({ productIds }) => productIds))];
  const products = await tx.product.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const names = new Map(products.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? "a product that is gone";
  return tokens.map(({ productIds, ...token }) => ({ ...token, products: productIds.map(nameOf) }));
}

interface Limits {
  tenant: { id: string } | null;
  expiresInDays: number | null;
  productIds: readonly string[];
  /** Whose token it is: it names what they may know of. A robot's may name all. */
  userId?: string;
}

/**
 * Holds a new token to its tenant: no end only where the tenant allows that, and its own products alone.
 * @throws invalid
 */
export async function checkLimits(tx: Tx, { tenant, expiresInDays, productIds, userId }: Limits): Promise<void> {
  await checkEnd(tx, tenant?.id ?? null, expiresInDays);
  if (productIds.length === 0) return;
  const where = { tenantId: tenant?.id ?? "", id: { in: [...productIds] }, ...(userId ? knownTo(userId) : {}) };
  const known = tenant ? await tx.product.count({ where }) : 0;
  if (known < productIds.length) throw invalid({ productIds: "names a product that is not here" });
}

// Otherwise a token would tell its owner the name of a hidden product.
function knownTo(userId: string): Prisma.ProductWhereInput {
  const granted = { entitlements: { some: { member: { userId }, revokedAt: null } } };
  return { OR: [{ visibility: "listed" }, { tenant: { memberships: { some: { userId } } } }, granted] };
}

async function checkEnd(tx: Tx, tenantId: string | null, expiresInDays: number | null): Promise<void> {
  if (expiresInDays !== null) return;
  const select = { endlessTokens: true } as const;
  const tenant = tenantId ? await tx.tenant.findUnique({ where: { id: tenantId }, select }) : null;
  if (tenant?.endlessTokens) return;
  throw invalid({ expiresInDays: "must be set: this workspace takes no tokens without an end" });
}

export function endOf(expiresInDays: number | null, now: Date): Date | null {
  return expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS);
}

/** Adds a token's row. */
export async function addToken(
  tx: Tx,
  data: Omit<Prisma.AccessTokenUncheckedCreateInput, "secretHash"> & { expiresAt: Date | null },
): Promise<NewSecret> {
  const secret = newSecret(data.kind);
  const { id } = await tx.accessToken.create({ data: { ...data, secretHash: hashSecret(secret) } });
  return { id, secret, expiresAt: data.expiresAt };
}

/** Locks and fetches a living token. @throws not_found for another's, one that was revoked, or none */
export async function lockToken(
  tx: Tx,
  id: string,
  owner: { userId: string } | { tenantId: string },
): Promise<AccessToken> {
  if (!z.uuid().safeParse(id).success) throw notFound("token");
  await tx.$queryRaw`SELECT 1 FROM access_tokens WHERE id = ${id}::uuid FOR UPDATE`;
  const token = await tx.accessToken.findFirst({ where: { id, ...owner, revokedAt: null } });
  if (!token) throw notFound("token");
  return token;
}

/** Ends a token for the next request. @returns it, and whether it was not ended before @throws not_found */
export async function endToken(
  tx: Tx,
  own: { id: string } & ({ userId: string } | { tenantId: string }),
  now: Date,
): Promise<{ token: { id: string; name: string }; ended: boolean }> {
  if (!z.uuid().safeParse(own.id).success) throw notFound("token");
  const { count } = await tx.accessToken.updateMany({ where: { ...own, revokedAt: null }, data: { revokedAt: now } });
  const token = await tx.accessToken.findFirst({ where: own, select: { id: true, name: true } });
  if (!token) throw notFound("token");
  return { token, ended: count > 0 };
}

interface TokenDeed {
  action: string;
  token: { id: string; name: string };
  after?: AuditEntry["after"];
}

/** Records what was done to a token. */
export async function recordToken(tx: Tx, scope: AuditScope, { action, token, after }: TokenDeed): Promise<void> {
  await record(tx, scope, { action, subject: { type: "token", id: token.id, label: token.name }, after });
}

/** Gives a token a new secret; the one before works on for a while if it works now, the one before that ends. */
export async function replaceSecret(
  tx: Tx,
  token: AccessToken,
  how: { overlapHours: number; expiresInDays: number | null; tenantId: string | null; now: Date },
): Promise<NewSecret> {
  await checkEnd(tx, how.tenantId, how.expiresInDays);
  const secret = newSecret(token.kind);
  const expiresAt = endOf(how.expiresInDays, how.now);
  const goesOn = how.overlapHours > 0 && (token.expiresAt === null || token.expiresAt > how.now);
  const data = {
    secretHash: hashSecret(secret),
    previousSecretHash: goesOn ? token.secretHash : null,
    previousExpiresAt: goesOn ? new Date(how.now.getTime() + how.overlapHours * HOUR_MS) : null,
    rotatedAt: how.now,
    expiresAt,
  };
  await tx.accessToken.update({ where: { id: token.id }, data });
  return { id: token.id, secret, expiresAt };
}
