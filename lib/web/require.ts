import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Person } from "#lib/access/index.ts";
import { answerWith, currentRequest } from "#lib/http/index.ts";
import { findAwaitingUser, findSessionUser, noteSeen, type SessionUser } from "#lib/identity/index.ts";
import { findVisit, type TenantAccess, type Visit } from "#lib/tenancy/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { inPortal } from "./in-portal.ts";
import { LAST_WORKSPACE } from "./last-workspace.ts";
import { one } from "./on-page.ts";
import { signInPath } from "./safe-path.ts";
import { readSession, type SessionClaims, sessionCookieName } from "./session.ts";

/** A signed-in person within a tenant. */
export interface Entrance {
  ctx: Ctx & AccountCtx;
  access: TenantAccess;
  user: Visit["user"];
}

/** The signed-in user, checked against the database; null for everyone else. */
export const findUser = cache(async (): Promise<SessionUser | null> => {
  const session = await claims();
  return session && findSessionUser(session.sessionId);
});

/** Who signed in with a first factor alone, and in which session; null for everyone else. */
export const findHalfSignedIn = cache(async (): Promise<{ sessionId: string; email: string } | null> => {
  const session = await claims();
  const user = session && (await findAwaitingUser(session.sessionId));
  return user && { sessionId: session.sessionId, email: user.email };
});

/** The signed-in user; everyone else goes to sign in and comes back to `path`. */
export async function requireUser(path: string): Promise<SessionUser> {
  return (await findUser()) ?? redirect(signInPath(path));
}

/** The slug of the workspace that the user was in last, where they may still enter it. */
export async function findLastWorkspace(user: SessionUser): Promise<string | null> {
  const slug = one((await cookies()).get(LAST_WORKSPACE)?.value);
  const visit = slug ? await findVisit(slug, user.sessionId) : null;
  return visit?.access?.tenant.slug ?? null;
}

/** A signed-in person outside any tenant. */
export interface AccountEntrance {
  ctx: AccountCtx;
  user: SessionUser;
}

/** The signed-in person with the context of their own account; everyone else goes to sign in and comes back to `path`. */
export const requireAccount = cache(async (path: string): Promise<AccountEntrance> => {
  const user = await requireUser(path);
  const actor = { type: "user", id: user.id, email: user.email, role: null } as const;
  return { user, ctx: { actor, requestId: currentRequest().requestId, now: new Date() } };
});

/** The same for instance admins; everyone else who is signed in gets notFound(). */
export async function requireInstanceAdmin(path: string): Promise<AccountEntrance> {
  const entrance = await requireAccount(path);
  if (!entrance.user.isInstanceAdmin) nothingHere();
  return entrance;
}

/**
 * The tenant for one of its team or members, or for a support view. Whoever is not signed in goes to sign in; whoever
 * is none of them gets notFound(), whether the tenant exists or not. Once a render, however often it is asked.
 */
export const requireVisit = cache(async (slug: string): Promise<Entrance> => {
  const session = await claims();
  const back = typeof slug === "string" ? `/t/${slug}` : "/tenants";
  if (!session) redirect(signInPath(back));
  const visit = await findVisit(typeof slug === "string" ? slug : "", session.sessionId);
  if (!visit) redirect(signInPath(back));
  const { user, access, stale } = visit;
  if (stale) noteSeen(session.sessionId);
  if (!access) nothingHere();
  const { id, slug: own, name, archivedAt } = access.tenant;
  const actor: Person = {
    type: "user",
    id: user.id,
    email: user.email,
    role: access.role,
    support: access.supportUntil !== null,
    archived: archivedAt !== null,
    owesSecondFactor: access.owesSecondFactor,
  };
  const { requestId } = currentRequest();
  return { user, access, ctx: { tenant: { id, slug: own, name }, actor, requestId, now: new Date() } };
});

/** The same for the portal, which holds what is somebody's own: a support view is no way into it. */
export async function requireMember(slug: string): Promise<Entrance> {
  const entrance = await requireVisit(slug);
  const inside = inPortal(entrance);
  if (!inside && entrance.access.owesSecondFactor) redirect(secondFactorPath(slug));
  return inside ?? nothingHere();
}

/** The same for the team alone, and for a support view: a member who is not of it gets notFound(). */
export async function requireTeam(slug: string): Promise<Entrance> {
  const entrance = await requireVisit(slug);
  if (entrance.access.role === null) nothingHere();
  if (entrance.access.owesSecondFactor) redirect(secondFactorPath(slug));
  return entrance;
}

// What to do about it is said where it can be done.
function secondFactorPath(slug: string): string {
  return `/account/security?for=${encodeURIComponent(slug)}`;
}

// Where a page is sent in pieces, to a script of ours, Next has said 200 by the time that it finds nothing here.
function nothingHere(): never {
  answerWith(404);
  notFound();
}

async function claims(): Promise<SessionClaims | null> {
  return readSession((await cookies()).get(sessionCookieName())?.value);
}
