import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { currentRequest } from "#lib/http/index.ts";
import { findSessionUser, type SessionUser } from "#lib/identity/index.ts";
import { findTenantAccess, type TenantAccess } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { signInPath } from "./safe-path.ts";
import { readSession, type SessionClaims, sessionCookieName } from "./session.ts";

/** A signed-in person within a tenant. */
export interface Entrance {
  ctx: Ctx & { actor: Person };
  access: TenantAccess;
}

export type Person = Extract<Ctx["actor"], { type: "user" }>;

/** The signed-in user, checked against the database; null for everyone else. */
export const findUser = cache(async (): Promise<SessionUser | null> => {
  const session = await claims();
  return session && findSessionUser(session.userId, session.sessionVersion);
});

/** The signed-in user; everyone else goes to sign in and comes back to `path`. */
export async function requireUser(path: string): Promise<SessionUser> {
  return (await findUser()) ?? redirect(signInPath(path));
}

/**
 * The tenant for one of its team or members. Whoever is not signed in goes to sign in; whoever belongs to neither gets
 * notFound(), whether the tenant exists or not. Once a render, however often it is asked.
 */
export const requireMember = cache(async (slug: string): Promise<Entrance> => {
  const session = await claims();
  const back = typeof slug === "string" ? `/t/${slug}` : "/tenants";
  if (!session) redirect(signInPath(back));
  const access = typeof slug === "string" ? await findTenantAccess(slug, session.userId) : null;
  const holds = access
    ? access.sessionVersion === session.sessionVersion
    : await findSessionUser(session.userId, session.sessionVersion);
  if (!holds) redirect(signInPath(back));
  if (!access) notFound();
  const { id, name } = access.tenant;
  const actor = { type: "user", id: access.user.id, email: access.user.email, role: access.role } as const;
  const { requestId } = currentRequest();
  return { access, ctx: { tenant: { id, slug: access.tenant.slug, name }, actor, requestId, now: new Date() } };
});

/** The same for the team alone: a member who is not of it gets notFound(). */
export async function requireTeam(slug: string): Promise<Entrance> {
  const entrance = await requireMember(slug);
  if (entrance.access.role === null) notFound();
  return entrance;
}

async function claims(): Promise<SessionClaims | null> {
  return readSession((await cookies()).get(sessionCookieName())?.value);
}
