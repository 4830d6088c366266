import { z } from "zod";
import { record } from "#lib/audit/index.ts";
import { query, queryPrepared, type Statement, type Tx, transaction, translated } from "#lib/db/index.ts";
import type { AccountCtx } from "../context.ts";
import { type AppError, notFound, unauthenticated } from "../errors.ts";
import { log } from "../log.ts";

export const SESSION_MAX_AGE_SECONDS = 14 * 86_400;
/** How long a second factor may take. */
const SECOND_FACTOR_SECONDS = 600;

/** Whose browser a session is in. */
export interface Client {
  address: string;
  userAgent: string;
  requestId: string;
}

export interface SessionUser {
  id: string;
  email: string;
  name: string | null;
  isInstanceAdmin: boolean;
  sessionId: string;
}

interface Account {
  id: string;
  email: string;
  totpEnabledAt: Date | null;
}

/**
 * Begins a session, in the caller's transaction, which holds the account's lock (lockOwn) but for a passkey. With a second factor on it opens nothing until that was given, unless
 * `method` is a passkey, which is two factors at once.
 */
export async function startSession(tx: Tx, user: Account, how: Client & { method: string }): Promise<{ id: string }> {
  const awaitsSecondFactor = user.totpEnabledAt !== null && how.method !== "passkey";
  const seconds = awaitsSecondFactor ? SECOND_FACTOR_SECONDS : SESSION_MAX_AGE_SECONDS;
  const { id } = await tx.session.create({
    data: {
      userId: user.id,
      method: how.method,
      awaitsSecondFactor,
      address: how.address,
      userAgent: how.userAgent.slice(0, 400),
      expiresAt: new Date(Date.now() + seconds * 1000),
    },
    select: { id: true },
  });
  if (!awaitsSecondFactor) await recordStart(tx, user, { requestId: how.requestId, after: { with: how.method } });
  return { id };
}

/** Makes a session whole: its second factor was given. @throws unauthenticated where it ended, or was made whole, meanwhile */
export async function completeSession(
  tx: Tx,
  { id, user }: { id: string; user: { id: string; email: string } },
  how: { requestId: string; factor: string },
): Promise<void> {
  const expiresAt = new Date(Date.now() + SESSION_MAX_AGE_SECONDS * 1000);
  const awaiting = { id, awaitsSecondFactor: true, expiresAt: { gt: new Date() } };
  const data = { awaitsSecondFactor: false, expiresAt };
  const [session] = await tx.session.updateManyAndReturn({ where: awaiting, data, select: { method: true } });
  if (!session) throw tookTooLong();
  const after = { with: `${session.method} and ${how.factor}` };
  await recordStart(tx, user, { requestId: how.requestId, after });
}

export function tookTooLong(): AppError {
  return unauthenticated("Sign in again: it took too long.");
}

async function recordStart(
  tx: Tx,
  user: { id: string; email: string },
  { requestId, after }: { requestId: string; after: { with: string } },
): Promise<void> {
  const actor = { type: "user", id: user.id, email: user.email, role: null } as const;
  const subject = { type: "user", id: user.id, label: user.email };
  await record(tx, { tenant: null, actor, requestId }, { action: "session.started", subject, after });
}

const FIND_SESSION: Statement = {
  name: "find_session",
  text: `
    SELECT u.id, u.email, u.name, u.is_instance_admin AS "isInstanceAdmin", s.id AS "sessionId",
           s.last_seen_at < now() - interval '1 minute' AS stale
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = $1 AND s.expires_at > now() AND NOT s.awaits_second_factor`,
};

/** The user of a session; null where it has ended, or still awaits its second factor. */
export async function findSessionUser(sessionId: string): Promise<SessionUser | null> {
  try {
    const [row] = await queryPrepared<SessionUser & { stale: boolean }>(FIND_SESSION, [sessionId]);
    if (!row) return null;
    const { stale, ...user } = row;
    if (stale) noteSeen(sessionId);
    return user;
  } catch (error) {
    throw translated(error);
  }
}

/** Keeps that a session is in use. Off the request's path: it may be a minute late, but must not cost a page a write. */
export function noteSeen(id: string): void {
  queryPrepared({ name: "note_session", text: "UPDATE sessions SET last_seen_at = now() WHERE id = $1" }, [id]).catch(
    (error) => log.warn({ error: String(error) }, "a session's last use was not kept"),
  );
}

/** Signs one browser out for the next request, whatever state its session is in; one that has ended is no error. */
export async function endSession(sessionId: string, from: { requestId: string }): Promise<void> {
  await transaction(async (tx) => {
    const session = await tx.session.findUnique({ where: { id: sessionId }, include: { user: true } });
    if (!session) return;
    await tx.session.deleteMany({ where: { id: sessionId } });
    const actor = { type: "user", id: session.userId, email: session.user.email, role: null } as const;
    await recordEnd(tx, { actor, ...from }, { which: "this one" });
  });
}

export interface SessionRow {
  id: string;
  method: string;
  address: string;
  userAgent: string;
  createdAt: Date;
  lastSeenAt: Date;
}

/** The browsers in which somebody is signed in, the last used first. */
export async function listSessions(ctx: AccountCtx): Promise<SessionRow[]> {
  const where = { userId: ctx.actor.id, awaitsSecondFactor: false, expiresAt: { gt: ctx.now } };
  const select = { id: true, method: true, address: true, userAgent: true, createdAt: true, lastSeenAt: true } as const;
  return query((db) => db.session.findMany({ where, select, orderBy: { lastSeenAt: "desc" }, take: 200 }));
}

/** Signs out one of somebody's own browsers for the next request. @throws not_found */
export async function revokeSession(ctx: AccountCtx, id: string): Promise<void> {
  if (!z.uuid().safeParse(id).success) throw notFound("session");
  await transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id, userId: ctx.actor.id } });
    if (count === 0) throw notFound("session");
    await recordEnd(tx, ctx, { which: "another" });
  });
}

/** Signs out every browser but the one that asks, and ends the bearer tokens that were got with the password. */
export async function revokeOtherSessions(ctx: AccountCtx, current: string): Promise<{ ended: number }> {
  return transaction((tx) => endAllSessions(tx, ctx, { except: current }));
}

/** The same within a transaction: whenever a password changed, whoever knew the old one is out. */
export async function endAllSessions(
  tx: Tx,
  ctx: Pick<AccountCtx, "actor" | "requestId">,
  { except }: { except: string | null },
): Promise<{ ended: number }> {
  const userId = ctx.actor.id;
  await tx.user.update({ where: { id: userId }, data: { sessionVersion: { increment: 1 } }, select: { id: true } });
  const { count } = await tx.session.deleteMany({ where: { userId, ...(except ? { id: { not: except } } : {}) } });
  await recordEnd(tx, ctx, { which: except ? "all others" : "all" });
  return { ended: count };
}

async function recordEnd(
  tx: Tx,
  ctx: Pick<AccountCtx, "actor" | "requestId">,
  after: { which: string },
): Promise<void> {
  const subject = { type: "user", id: ctx.actor.id, label: ctx.actor.email };
  await record(tx, { ...ctx, tenant: null }, { action: "session.ended", subject, after });
}
