import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, type Fixture, freshTenant, letterTo, linkSecretIn, newUser } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import { setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import {
  acceptInvitation,
  findInvitation,
  inviteToTeam,
  listInvitations,
  resendInvitation,
  withdrawInvitation,
} from "./index.ts";

const address = () => `i${newId()}@example.com`;
/** The secret in the last letter to an address. */
const linkTo = async (email: string) => linkSecretIn(await letterTo(email, /invited/));
const roleOf = async (t: Fixture, userId: string) =>
  (await db().tenantMembership.findFirst({ where: { tenantId: t.tenant.id, userId } }))?.role ?? null;
const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code,
  );

async function invited(t: Fixture, role: "manager" | "operator" = "operator") {
  const user = await newUser();
  const { invitation } = await inviteToTeam(t.as("manager"), { email: user.email, role });
  return { user, id: invitation.id, token: await linkTo(user.email) };
}

describe("an invitation", () => {
  it("is a letter with a link, of which a hash alone is kept, and which shows what it is for", async () => {
    const t = await freshTenant();
    const email = address();
    const { sent, invitation } = await inviteToTeam(t.as("manager"), {
      email: ` ${email.toUpperCase()}`,
      role: "operator",
    });
    expect({ sent, email: invitation.email }).toEqual({ sent: true, email });
    const token = await linkTo(email);
    expect(await findInvitation(token, new Date())).toMatchObject({
      email,
      role: "operator",
      invitedBy: t.users.manager.email,
      tenant: { slug: t.tenant.slug },
      hasAccount: false,
    });
    const kept = await db().invitation.findUniqueOrThrow({ where: { id: invitation.id } });
    const log = await t.lastAudit();
    expect(inspect([kept, log, invitation])).not.toContain(token);
    expect(inspect([log, invitation])).not.toContain(kept.tokenHash);
    expect(log).toMatchObject({ action: "team.invited", subjectLabel: email, after: { role: "operator" } });
  });

  it("puts whoever it was sent to on the team, once", async () => {
    const t = await freshTenant();
    const { user, token } = await invited(t);
    expect(await acceptInvitation(accountCtx(user), { token })).toMatchObject({ role: "operator", joined: true });
    expect(await roleOf(t, user.id)).toBe("operator");
    expect(await t.lastAudit()).toMatchObject({
      action: "team.joined",
      actor: `user:${user.id}`,
      after: { role: "operator", invitedBy: t.users.manager.email },
    });
    expect(await findInvitation(token, new Date())).toBeNull();
    expect(await code(acceptInvitation(accountCtx(user), { token }))).toBe("not_found");
    expect((await listInvitations(t.ctx)).invitations).toEqual([]);
  });

  it("accepted twice at once makes one membership", async () => {
    const t = await freshTenant();
    const { user, token } = await invited(t);
    const accept = () => code(acceptInvitation(accountCtx(user), { token }));
    expect((await Promise.all([accept(), accept(), accept()])).sort()).toEqual(["done", "not_found", "not_found"]);
    expect(await db().tenantMembership.count({ where: { tenantId: t.tenant.id, userId: user.id } })).toBe(1);
  });

  it("is nothing to somebody else who has the link, and stays as good as it was", async () => {
    const t = await freshTenant();
    const { user, token } = await invited(t);
    const other = await newUser();
    const before = await t.rows();
    const accepting = acceptInvitation(accountCtx(other), { token });
    await expect(accepting).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining(other.email) });
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "team.join", outcome: "denied", actor: `user:${other.id}` });
    expect(await acceptInvitation(accountCtx(user), { token })).toMatchObject({ joined: true });
  });

  it("changes no role of who is on the team meanwhile, and says so", async () => {
    const t = await freshTenant();
    const { user, token } = await invited(t, "manager");
    await db().tenantMembership.create({ data: { tenantId: t.tenant.id, userId: user.id, role: "readonly" } });
    expect(await acceptInvitation(accountCtx(user), { token })).toMatchObject({ joined: false, role: "readonly" });
    expect(await roleOf(t, user.id)).toBe("readonly");
    expect(await t.lastAudit()).toMatchObject({ action: "team.invitationAccepted", subjectLabel: user.email });
  });

  it("works no more when it expired, was withdrawn, was sent anew, or its tenant was archived", async () => {
    const t = await freshTenant();
    const [late, withdrawn, renewed, closed] = [await invited(t), await invited(t), await invited(t), await invited(t)];
    await db().invitation.update({ where: { id: late.id }, data: { expiresAt: new Date() } });
    await withdrawInvitation(t.as("manager"), { invitationId: withdrawn.id });
    await resendInvitation(t.as("manager"), { invitationId: renewed.id });
    const dead = [late, withdrawn, renewed];
    for (const { user, token } of dead) {
      expect(await findInvitation(token, new Date())).toBeNull();
      expect(await code(acceptInvitation(accountCtx(user), { token }))).toBe("not_found");
    }
    const fresh = await linkTo(renewed.user.email);
    expect(await acceptInvitation(accountCtx(renewed.user), { token: fresh })).toMatchObject({ joined: true });
    await db().tenant.update({ where: { id: t.tenant.id }, data: { archivedAt: new Date() } });
    expect(await code(acceptInvitation(accountCtx(closed.user), { token: closed.token }))).toBe("not_found");
  });

  it("stays where the mail server is away, and says that the letter was not sent", async () => {
    const t = await freshTenant();
    setEnv({ SMTP_URL: "smtp://127.0.0.1:1" });
    try {
      const { sent, invitation } = await inviteToTeam(t.ctx, { email: address(), role: "readonly" });
      expect(sent).toBe(false);
      expect((await listInvitations(t.as("readonly"))).invitations).toMatchObject([{ id: invitation.id }]);
    } finally {
      setEnv({ SMTP_URL: "" });
    }
  });
});

describe("inviting", () => {
  it("says so where somebody is on the team, or was invited already; of two at once, one is sent", async () => {
    const t = await freshTenant();
    const { email } = t.users.operator;
    await expect(inviteToTeam(t.ctx, { email, role: "readonly" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("on the team already, as operator"),
    });
    const twice = address();
    const invite = () => code(inviteToTeam(t.ctx, { email: twice, role: "readonly" }));
    expect((await Promise.all([invite(), invite()])).sort()).toEqual(["conflict", "done"]);
    await expect(inviteToTeam(t.ctx, { email: twice, role: "readonly" })).rejects.toThrow(/Resend/);
  });

  it("sends an address five letters an hour and no more, whether anew, again or after a withdrawal", async () => {
    const t = await freshTenant();
    const { user, id } = await invited(t);
    const resend = () => code(resendInvitation(t.ctx, { invitationId: id }));
    const answers = await Promise.all([resend(), resend(), resend(), resend(), resend(), resend()]);
    expect(answers.filter((answer) => answer === "done")).toHaveLength(4);
    expect(answers.filter((answer) => answer === "limit_exceeded")).toHaveLength(2);
    await withdrawInvitation(t.ctx, { invitationId: id });
    const before = await t.rows();
    expect(await code(inviteToTeam(t.ctx, { email: user.email, role: "operator" }))).toBe("limit_exceeded");
    expect(await t.rows()).toEqual(before);
    expect(await code(inviteToTeam(t.ctx, { email: address(), role: "operator" }))).toBe("done");
  });

  it("after a withdrawal makes a new one", async () => {
    const t = await freshTenant();
    const { user, id } = await invited(t);
    expect(await withdrawInvitation(t.ctx, { invitationId: id })).toEqual({ email: user.email });
    expect(await code(withdrawInvitation(t.ctx, { invitationId: id }))).toBe("not_found");
    expect(await inviteToTeam(t.ctx, { email: user.email, role: "readonly" })).toMatchObject({ sent: true });
  });

  it("gives no role above one's own, and touches no invitation to one", async () => {
    const t = await freshTenant();
    const email = address();
    const { invitation } = await inviteToTeam(t.ctx, { email: address(), role: "owner" });
    const before = await t.rows();
    const manager = t.as("manager");
    expect(await code(inviteToTeam(manager, { email, role: "owner" }))).toBe("forbidden");
    expect(await code(resendInvitation(manager, { invitationId: invitation.id }))).toBe("forbidden");
    expect(await code(withdrawInvitation(manager, { invitationId: invitation.id }))).toBe("forbidden");
    expect(await t.lastAudit()).toMatchObject({ outcome: "denied", reason: "Nobody gives a role above their own." });
    expect(await t.rows()).toEqual(before);
  });

  const deeds = (ctx: Ctx, invitationId: string) => [
    () => inviteToTeam(ctx, { email: address(), role: "readonly" }),
    () => resendInvitation(ctx, { invitationId }),
    () => withdrawInvitation(ctx, { invitationId }),
  ];

  it("is refused to who may only look, and leaves nothing but the denials", async () => {
    const t = await freshTenant();
    const { id } = await invited(t);
    const [before, count] = [await t.rows(), await t.auditCount()];
    for (const deed of deeds(t.as("readonly"), id)) expect(await code(deed())).toBe("forbidden");
    expect(await t.auditCount()).toBe(count + 3);
    expect(await t.lastAudit()).toMatchObject({ action: "team.invite", outcome: "denied" });
    expect(await t.rows()).toEqual(before);
  });

  it("finds no invitation of another tenant, and none by what is no id", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { id } = await invited(other);
    const before = [await t.rows(), await other.rows()];
    for (const deed of deeds(t.ctx, id).slice(1)) expect(await code(deed())).toBe("not_found");
    for (const input of [{ invitationId: { not: "" } }, { invitationId: id, tenantId: newId() }, {}]) {
      expect(await code(withdrawInvitation(t.ctx, input as never))).toBe("invalid");
      expect(await code(resendInvitation(t.ctx, input as never))).toBe("invalid");
    }
    for (const input of [
      { email: "a@b.c\nBcc: d@e.f", role: "readonly" },
      { email: address(), role: ["owner"] },
    ]) {
      expect(await code(inviteToTeam(t.ctx, input as never))).toBe("invalid");
    }
    expect([await t.rows(), await other.rows()]).toEqual(before);
  });

  it("lists the open ones page by page, with no hash among their columns", async () => {
    const t = await freshTenant();
    const ids = [(await invited(t)).id, (await invited(t)).id, (await invited(t)).id];
    const first = await listInvitations(t.as("readonly"), { limit: 2 });
    const second = await listInvitations(t.as("readonly"), { limit: 2, after: first.next ?? undefined });
    expect([...first.invitations, ...second.invitations].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    expect(Object.keys(first.invitations[0] ?? {})).not.toContain("tokenHash");
  });
});

describe("a link's secret", () => {
  it.each(["", "x", "a".repeat(43), "\0", "a".repeat(500), { not: "" }, ["a"]])("%j opens nothing", async (token) => {
    expect(await findInvitation(token as string, new Date()).catch((error) => error.code)).toBeNull();
    const accepting = code(acceptInvitation(accountCtx(await newUser()), { token: token as string }));
    expect(["not_found", "invalid"]).toContain(await accepting);
  });
});
