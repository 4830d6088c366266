import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { inviteToTeam } from "#lib/tenancy/index.ts";
import { freshTenant, letterTo, linkSecretIn, newUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { acceptInvitationAsNewUser, signIn } from "./index.ts";

const from = { address: "192.0.2.7", userAgent: "", requestId: newId() };
const password = "a long enough password";
const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code,
  );

async function invited(email = `n${newId()}@example.com`) {
  const t = await freshTenant();
  await inviteToTeam(t.ctx, { email, role: "operator" });
  return { t, email, token: linkSecretIn(await letterTo(email, /invited/)) };
}

describe("an invitation to somebody without an account", () => {
  it("makes the account of its address, verified, and puts it on the team", async () => {
    const { t, email, token } = await invited();
    const accepted = await acceptInvitationAsNewUser(from, { token, name: "Nia", password });
    expect(accepted).toMatchObject({ role: "operator", joined: true });
    const user = await db().user.findUniqueOrThrow({ where: { email }, include: { memberships: true } });
    expect(user).toMatchObject({ name: "Nia", memberships: [{ tenantId: t.tenant.id, role: "operator" }] });
    expect(user.emailVerifiedAt).not.toBeNull();
    expect(await signIn({ email, password }, from)).toMatchObject({ id: user.id });
  });

  it("makes one account where it is accepted twice at once", async () => {
    const { email, token } = await invited();
    const accept = () => code(acceptInvitationAsNewUser(from, { token, password }));
    expect((await Promise.all([accept(), accept()])).sort()).toEqual(["done", "not_found"]);
    expect(await db().user.count({ where: { email } })).toBe(1);
  });

  it("makes none where the address has one, and takes over nothing", async () => {
    const { email } = await newUser({ passwordHash: "kept" });
    const { t, token } = await invited(email);
    const before = await t.rows();
    expect(await code(acceptInvitationAsNewUser(from, { token, password }))).toBe("conflict");
    expect(await t.rows()).toEqual(before);
    expect(await db().user.findUnique({ where: { email } })).toMatchObject({ passwordHash: "kept" });
  });

  it("makes none by a dead link, with a weak password, or with a field that is none", async () => {
    const { t, email, token } = await invited();
    const before = await t.rows();
    expect(await code(acceptInvitationAsNewUser(from, { token: "x", password }))).toBe("not_found");
    expect(await code(acceptInvitationAsNewUser(from, { token, password: "short" }))).toBe("invalid");
    const other = { token, password, email: "other@example.com" };
    expect(await code(acceptInvitationAsNewUser(from, other as never))).toBe("invalid");
    expect(await t.rows()).toEqual(before);
    expect(await db().user.count({ where: { email } })).toBe(0);
  });
});
