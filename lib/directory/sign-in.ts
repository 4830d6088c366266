import { record } from "#lib/audit/index.ts";
import { type MemberGroup, query, type Tx } from "#lib/db/index.ts";
import { convergeGroup, convergeRoles } from "#lib/entitlements/index.ts";
import { findProvider } from "#lib/identity/index.ts";
import type { Letter } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { newId } from "../ids.ts";
import { settleUser } from "./settle.ts";
import { settled } from "./settled.ts";

const VALUES_MAX = 1000;

/** What a provider says of somebody who signed in with it. */
export interface SignInClaims {
  provider: string;
  email: string | null;
  emailVerified: boolean;
  claims: Readonly<Record<string, unknown>>;
}

/** Makes somebody who signed in a member wherever a directory waits for their address. */
export async function joinDirectories(userId: string, { requestId }: { requestId: string }): Promise<void> {
  const user = await query((db) => db.user.findFirst({ where: { id: userId, emailVerifiedAt: { not: null } } }));
  if (!user) return;
  const open = { archivedAt: null, deletedAt: null };
  const where = { email: user.email, active: true, memberId: null, tenant: open };
  const waiting = await query((db) => db.directoryUser.findMany({ where, include: { tenant: true } }));
  for (const { tenant, ...one } of waiting) {
    const ctx = ofSystem(tenant, requestId);
    await settled(ctx, async (tx) => {
      const now = await tx.directoryUser.findUnique({ where: { id: one.id } });
      return { made: null, letters: now ? await settleUser(tx, ctx, now) : [] };
    });
  }
}

/**
 * Puts members into the groups that a claim of their sign-in names, and takes them out of the others: in each tenant that
 * lets this provider's claim decide, where they are a member already. Counts for an address alone that the provider has
 * verified and the account has. A claim that is missing names no group; one that the provider says it left out
 * (`_claim_names`, OpenID Connect Core 1.0, section 5.6.2) changes nothing.
 */
export async function applyClaims(
  userId: string,
  said: SignInClaims,
  { requestId }: { requestId: string },
): Promise<void> {
  const key = findProvider(said.provider)?.key;
  const user = key ? await query((db) => db.user.findUnique({ where: { id: userId } })) : null;
  if (!user || !said.emailVerified || EmailAddress.safeParse(said.email).data !== user.email) return;
  const tenants = await query((db) =>
    db.directory.findMany({
      where: { claimProvider: key, tenant: { archivedAt: null, deletedAt: null, members: { some: { userId } } } },
      include: { tenant: true },
    }),
  );
  for (const { tenant, claim } of tenants) {
    const values = valuesOf(said.claims, claim);
    if (!values) continue;
    const ctx = ofSystem(tenant, requestId);
    await settled(ctx, async (tx) => ({
      made: null,
      letters: await follow(tx, ctx, { userId, values, provider: key }),
    }));
  }
}

function valuesOf(claims: SignInClaims["claims"], claim: string): Set<string> | null {
  const named = claims._claim_names;
  if (typeof named === "object" && named !== null && Object.hasOwn(named, claim)) return null;
  const value = Object.hasOwn(claims, claim) ? claims[claim] : [];
  return new Set(
    [value]
      .flat()
      .slice(0, VALUES_MAX)
      .filter((one) => typeof one === "string"),
  );
}

async function follow(
  tx: Tx,
  ctx: Ctx,
  { userId, values, provider }: { userId: string; values: Set<string>; provider?: string },
): Promise<Letter[]> {
  const tenantId = ctx.tenant.id;
  const key = { tenantId_userId: { tenantId, userId } };
  const member = await tx.member.findUnique({
    where: key,
    include: { groups: true, user: { select: { email: true } } },
  });
  if (!member) return [];
  const groups = await tx.memberGroup.findMany({ where: { tenantId, origin: "claim" }, orderBy: { id: "asc" } });
  const seen = groups.flatMap(({ externalId }) => (externalId && values.has(externalId) ? [externalId] : []));
  const counts = { tenantId, claimProvider: provider };
  const { count } = await tx.directory.updateMany({ where: counts, data: { claimSeenAt: ctx.now, claimSeen: seen } });
  // Somebody ended it since it was looked up.
  if (count === 0) return [];
  const inIt = new Set(member.groups.map(({ groupId }) => groupId));
  const moving = groups.filter(({ id, externalId }) => inIt.has(id) !== values.has(externalId ?? ""));
  for (const group of moving) await move(tx, ctx, { group, member, joins: !inIt.has(group.id) });
  return moving.some(({ role }) => role) ? convergeRoles(tx, ctx) : [];
}

interface Moving {
  group: MemberGroup;
  member: { id: string; user: { email: string } };
  joins: boolean;
}

async function move(tx: Tx, ctx: Ctx, { group, member, joins }: Moving): Promise<void> {
  const key = { tenantId: ctx.tenant.id, groupId: group.id, memberId: member.id };
  if (joins) await tx.groupMember.create({ data: { ...key, addedAt: ctx.now } });
  else await tx.groupMember.deleteMany({ where: key });
  const { granted, revoked } = await convergeGroup(tx, ctx, { group, why: `left the group ${group.name}` });
  const what = { members: 1, named: [member.user.email], grants: granted + revoked };
  await record(tx, ctx, {
    action: joins ? "group.membersAdded" : "group.membersRemoved",
    subject: { type: "group", id: group.id, label: group.name },
    reason: "by the claim of their sign-in",
    ...(joins ? { after: what } : { before: what }),
  });
}

function ofSystem({ id, slug, name }: Ctx["tenant"], requestId = newId()): Ctx {
  return { tenant: { id, slug, name }, actor: { type: "system" }, requestId, now: new Date() };
}
