import { z } from "zod";
import type { Actor } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { query, queryPrepared, type Statement, type Tx, transaction, translated } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { notFound, unauthenticated } from "../errors.ts";
import { log } from "../log.ts";
import type { Principal } from "./authenticate.ts";
import { countAttempt } from "./limits.ts";
import { networkOf } from "./network.ts";
import { hashSecret, newSecret } from "./secret.ts";

/** An unused one is forgotten. */
const UNUSED_DAYS_MAX = 60;
/** Of one person or robot; the one that was not used for longest makes room. */
const HELD_MAX = 50;

// It ends with what it was got with: the token and that secret of it, or the password's session version. A password
// opens nothing here any more once the account has a second factor.
const HOLDS = `
  FROM refresh_tokens r LEFT JOIN access_tokens a ON a.id = r.access_token_id LEFT JOIN users u ON u.id = r.user_id
  WHERE r.last_used_at > now() - interval '${UNUSED_DAYS_MAX} days' AND CASE WHEN r.access_token_id IS NULL
    THEN u.session_version = r.session_version AND u.totp_enabled_at IS NULL
    ELSE a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > now()) AND (a.secret_hash = r.granted_by_hash
      OR (a.previous_secret_hash = r.granted_by_hash AND a.previous_expires_at > now())) END`;

interface Grant {
  /** The secret or password that the principal was proven with. */
  password: string;
  clientId: string;
  address: string;
  requestId: string;
}

/** Makes a refresh token for a principal that was just proven. @returns its secret, shown this once and kept as a hash */
export async function issueRefreshToken(principal: Principal, grant: Grant): Promise<string> {
  const secret = newSecret("refresh");
  await transaction(async (tx) => {
    const { actor, tenantId, ...owner } = await ownerOf(tx, principal, grant);
    const clientId = grant.clientId.slice(0, 100);
    const data = { ...owner, secretHash: hashSecret(secret), clientId, address: grant.address };
    const { id } = await tx.refreshToken.create({ data, select: { id: true } });
    await makeRoom(tx, owner.userId ? { userId: owner.userId } : { accessTokenId: owner.accessTokenId ?? null });
    await record(
      tx,
      { tenant: tenantId ? { id: tenantId } : null, actor, requestId: grant.requestId },
      {
        action: "client.signedIn",
        subject: { type: "client", id, label: clientId },
      },
    );
  });
  return secret;
}

async function ownerOf(tx: Tx, principal: Principal, { password }: Grant) {
  if (principal.type === "user") {
    const { userId, sessionVersion } = principal;
    const { email } = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } });
    const actor: Actor = { type: "user", id: userId, email, role: null };
    return { actor, tenantId: null, userId, sessionVersion };
  }
  const accessTokenId = principal.tokenId;
  const token = await tx.accessToken.findUniqueOrThrow({ where: { id: accessTokenId }, include: { user: true } });
  const user = token.user && { id: token.user.id, email: token.user.email };
  const { id, kind, name, tenantId, userId } = token;
  const actor: Actor = { type: "token", id, kind, name, user, scopes: [], role: null };
  return { actor, tenantId, userId, accessTokenId, grantedByHash: hashSecret(password) };
}

async function makeRoom(tx: Tx, owner: { userId: string } | { accessTokenId: string | null }): Promise<void> {
  const beyond = await tx.refreshToken.findMany({
    where: owner,
    orderBy: [{ lastUsedAt: "desc" }, { id: "desc" }],
    skip: HELD_MAX,
    select: { id: true },
  });
  await tx.refreshToken.deleteMany({ where: { id: { in: beyond.map(({ id }) => id) } } });
}

const REDEEM: Statement = {
  name: "redeem_refresh_token",
  text: `SELECT r.id, r.user_id, r.session_version, r.access_token_id,
      r.last_used_at < now() - interval '1 hour' OR r.address <> $2 AS stale ${HOLDS} AND r.secret_hash = $1`,
};

interface RefreshRow {
  id: string;
  user_id: string | null;
  session_version: number | null;
  access_token_id: string | null;
  stale: boolean;
}

/** Who a refresh token stands for. @throws unauthenticated where it has ended; limit_exceeded after too many wrong ones */
export async function redeemRefreshToken(secret: string, { address }: { address: string }): Promise<Principal> {
  const [row] = await queryPrepared<RefreshRow>(REDEEM, [hashSecret(secret), address]).catch((error) => {
    throw translated(error);
  });
  if (!row) {
    await countAttempt("token-address", networkOf(address));
    throw unauthenticated("The sign-in has ended. Sign in again.");
  }
  if (row.stale) noteUse(row.id, address);
  if (row.access_token_id) return { type: "token", tokenId: row.access_token_id };
  if (!row.user_id || row.session_version === null) throw new Error("a refresh token has one origin");
  return { type: "user", userId: row.user_id, sessionVersion: row.session_version };
}

function noteUse(id: string, address: string): void {
  queryPrepared(NOTE_USE, [id, address]).catch((error) =>
    log.warn({ error: String(error) }, "a refresh token's last use was not kept"),
  );
}

const NOTE_USE: Statement = {
  name: "note_refresh",
  text: "UPDATE refresh_tokens SET last_used_at = now(), address = $2 WHERE id = $1",
};

/** A container client that stays signed in without a password of its own. */
export interface SignedInClient {
  id: string;
  /** What it calls itself. */
  clientId: string;
  /** The personal token that it signed in with; null for the account's password. */
  token: string | null;
  address: string;
  createdAt: Date;
  lastUsedAt: Date;
}

const LIST: Statement = {
  name: "list_refresh_tokens",
  text: `SELECT r.id, r.client_id AS "clientId", a.name AS token, r.address, r.created_at AS "createdAt",
      r.last_used_at AS "lastUsedAt" ${HOLDS} AND r.user_id = $1 ORDER BY r.last_used_at DESC`,
};

/** The container clients in which somebody is signed in, the last used first. */
export async function listSignedInClients({ actor }: AccountCtx): Promise<SignedInClient[]> {
  return queryPrepared<SignedInClient>(LIST, [actor.id]).catch((error) => {
    throw translated(error);
  });
}

/** Signs one of somebody's own clients out: it gets no bearer token any more; one it has lasts for minutes. @throws not_found */
export async function signOutClient(ctx: AccountCtx, id: string): Promise<void> {
  if (!z.uuid().safeParse(id).success) throw notFound("client");
  await transaction(async (tx) => {
    const own = { id, userId: ctx.actor.id };
    const client = await tx.refreshToken.findFirst({ where: own, select: { clientId: true } });
    const { count } = await tx.refreshToken.deleteMany({ where: own });
    if (!client || count === 0) throw notFound("client");
    const subject = { type: "client", id, label: client.clientId };
    await record(tx, { ...ctx, tenant: null }, { action: "client.signedOut", subject });
  });
}

/** Deletes those that opened nothing for too long. */
export async function forgetUnusedClients(now: Date): Promise<void> {
  const lt = new Date(now.getTime() - UNUSED_DAYS_MAX * 86_400_000);
  await query((db) => db.refreshToken.deleteMany({ where: { lastUsedAt: { lt } } }));
}
