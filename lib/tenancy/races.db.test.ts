import { describe, expect, it } from "vitest";
import type { Role } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { accountCtx, type Fixture, freshTenant, letterTo, linkSecretIn, newUser } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import {
  acceptInvitation,
  archiveTenant,
  changeRole,
  inviteToTeam,
  leaveTeam,
  listInvitations,
  removeFromTeam,
  requestDeletion,
  resendInvitation,
  unarchiveTenant,
  updateTenant,
} from "./index.ts";

const asPerson = (t: Fixture, user: { id: string; email: string }, role: Role) =>
  t.by({ type: "user", id: user.id, email: user.email, role });
const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code,
  );
const onTeam = async (t: Fixture, role: Role) => {
  const user = await newUser();
  const { id } = await db().tenantMembership.create({ data: { tenantId: t.tenant.id, userId: user.id, role } });
  return { ...user, membershipId: id };
};
const settings = { name: "Other", graceDays: 1, storefrontEnabled: true, endlessTokens: true };

describe("somebody whose role was taken while their deed waited for its turn", () => {
  /** The actor's own deeds, decided by the role that they had when they asked. */
  const DEEDS: Record<string, (ctx: Ctx, victim: string) => Promise<unknown>> = {
    invite: (ctx) => inviteToTeam(ctx, { email: `i${newId()}@example.com`, role: "owner" }),
    "change a role": (ctx, membershipId) => changeRole(ctx, { membershipId, role: "readonly" }),
    remove: (ctx, membershipId) => removeFromTeam(ctx, { membershipId }),
    "change the settings": (ctx) => updateTenant(ctx, settings),
    archive: (ctx) => archiveTenant(ctx),
    delete: (ctx) => requestDeletion(ctx, { name: ctx.tenant.name }),
  };

  it.each(Object.entries(DEEDS))("can't %s any more, and is recorded as denied", async (_, deed) => {
    const t = await freshTenant();
    const [out, victim] = [await onTeam(t, "owner"), await onTeam(t, "operator")];
    const stale = asPerson(t, out, "owner");
    await removeFromTeam(t.ctx, { membershipId: out.membershipId });
    const before = await t.rows();
    expect(await code(deed(stale, victim.membershipId))).toBe("forbidden");
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ outcome: "denied", actor: `user:${out.id}` });
  });

  it("does not take the other with them: of two owners who remove each other at once, one stays", async () => {
    const t = await freshTenant();
    const [a, b] = [await onTeam(t, "owner"), await onTeam(t, "owner")];
    const outcome = await Promise.all([
      code(removeFromTeam(asPerson(t, a, "owner"), { membershipId: b.membershipId })),
      code(removeFromTeam(asPerson(t, b, "owner"), { membershipId: a.membershipId })),
    ]);
    expect(outcome.sort()).toEqual(["done", "forbidden"]);
  });

  it("changes nothing where the workspace asks meanwhile for a second factor that they lack", async () => {
    const t = await freshTenant();
    const victim = await onTeam(t, "operator");
    const { owner } = t.users;
    const byToken = { type: "token", id: newId(), kind: "personal", name: "own", user: owner, role: "owner" } as const;
    await db().tenant.update({ where: { id: t.tenant.id }, data: { secondFactorRequired: true } });
    const before = await t.rows();
    for (const ctx of [t.ctx, t.by({ ...byToken, scopes: ["team.remove"] })]) {
      expect(await code(removeFromTeam(ctx, { membershipId: victim.membershipId }))).toBe("forbidden");
    }
    expect(await t.rows()).toEqual(before);
    await db().user.update({ where: { id: owner.id }, data: { totpEnabledAt: new Date() } });
    expect(await code(removeFromTeam(t.ctx, { membershipId: victim.membershipId }))).toBe("done");
  });

  it("changes nothing in a workspace that was archived meanwhile", async () => {
    const t = await freshTenant();
    const victim = await onTeam(t, "operator");
    await archiveTenant(t.ctx);
    const before = await t.rows();
    for (const name of ["invite", "change a role", "remove", "change the settings"]) {
      expect(await code(DEEDS[name]?.(t.ctx, victim.membershipId) as Promise<unknown>), name).toBe("forbidden");
    }
    expect(await t.rows()).toEqual(before);
    expect(await unarchiveTenant(t.by({ ...t.ctx.actor, archived: true } as never))).toEqual({ changed: true });
  });
});

describe("an invitation that waits", () => {
  async function invitedBy(inviter: Ctx, role: Role) {
    const user = await newUser();
    const { invitation } = await inviteToTeam(inviter, { email: user.email, role });
    return { user, id: invitation.id, token: linkSecretIn(await letterTo(user.email, /invited/)) };
  }
  const open = async (t: Fixture) => (await listInvitations(t.ctx)).invitations.map(({ id }) => id);

  it("is withdrawn with the right of who sent it: nobody comes back by a link of their own", async () => {
    const endings: ((t: Fixture, membershipId: string, own: Ctx) => Promise<unknown>)[] = [
      (t, membershipId) => removeFromTeam(t.ctx, { membershipId }),
      (t, membershipId) => changeRole(t.ctx, { membershipId, role: "operator" }),
      (_, __, own) => leaveTeam(own as never),
    ];
    for (const end of endings) {
      const t = await freshTenant();
      const inviter = await onTeam(t, "owner");
      const own = asPerson(t, inviter, "owner");
      const [{ user, token }, others] = [await invitedBy(own, "owner"), await invitedBy(t.as("manager"), "manager")];
      await end(t, inviter.membershipId, own);
      expect(await code(acceptInvitation(accountCtx(user), { token }))).toBe("not_found");
      expect(await open(t)).toEqual([others.id]);
      const events = await db().auditEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { seq: "desc" } });
      const withdrawn = events.find(({ action }) => action === "team.invitationWithdrawn");
      expect(withdrawn).toMatchObject({ subjectLabel: user.email, before: { role: "owner" } });
    }
  });

  it("stays as far as the sender's new role reaches, and where somebody else sent it again", async () => {
    const t = await freshTenant();
    const inviter = await onTeam(t, "owner");
    const own = asPerson(t, inviter, "owner");
    const low = await invitedBy(own, "manager");
    const again = await invitedBy(own, "owner");
    await resendInvitation(t.ctx, { invitationId: again.id });
    await invitedBy(own, "owner");
    await changeRole(t.ctx, { membershipId: inviter.membershipId, role: "manager" });
    expect((await open(t)).sort()).toEqual([low.id, again.id].sort());
    expect(await code(acceptInvitation(accountCtx(low.user), { token: low.token }))).toBe("done");
  });

  it("accepted while the workspace is archived puts nobody on its team", async () => {
    const t = await freshTenant();
    const { user, token } = await invitedBy(t.ctx, "operator");
    const outcome = await Promise.all([
      archiveTenant(t.ctx).then(() => "done"),
      code(acceptInvitation(accountCtx(user), { token })),
    ]);
    const { archivedAt } = await db().tenant.findUniqueOrThrow({ where: { id: t.tenant.id } });
    const log = await db().auditEvent.findMany({ where: { tenantId: t.tenant.id }, orderBy: { seq: "asc" } });
    const actions = log.map(({ action }) => action).filter((action) => action !== "team.invited");
    expect(archivedAt).not.toBeNull();
    expect(actions).toEqual(outcome[1] === "done" ? ["team.joined", "tenant.archived"] : ["tenant.archived"]);
  });
});

describe("a personal token", () => {
  it("gives no role that may do more than its scopes, whatever its owner's role", async () => {
    const t = await freshTenant();
    const { owner } = t.users;
    const actor = { type: "token", id: newId(), kind: "personal", name: "ci", user: owner, role: "owner" } as const;
    const ctx = t.by({ ...actor, scopes: ["team.invite", "team.changeRole"] });
    const { membershipId } = await onTeam(t, "readonly");
    const before = await t.rows();
    expect(await code(inviteToTeam(ctx, { email: `i${newId()}@example.com`, role: "owner" }))).toBe("forbidden");
    expect(await code(changeRole(ctx, { membershipId, role: "owner" }))).toBe("forbidden");
    expect(await t.rows()).toEqual(before);
  });
});
