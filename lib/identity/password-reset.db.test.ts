import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, lettersTo, letterTo, linkSecretIn, newUser, sessionOf } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  askEmailChange,
  askPasswordReset,
  askRegistration,
  changePassword,
  confirmEmailChange,
  createUser,
  findEmailChange,
  findPasswordReset,
  findSessionUser,
  resetPassword,
  signIn,
} from "./index.ts";

const OLD = "correct horse battery";
const NEW = "staple under the stairs";
const somewhere = () => `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`;
const from = (address = somewhere()) => ({ address, userAgent: "vitest", requestId: newId() });
const newAddress = () => `p${randomBytes(6).toString("hex")}@example.com`;
const account = () => createUser({ email: newAddress(), password: OLD });
const rowOf = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const actionsOf = async (id: string) =>
  (await db().auditEvent.findMany({ where: { subjectId: id }, orderBy: { seq: "asc" } })).map(({ action }) => action);

async function resetLinkFor(email: string): Promise<string> {
  await askPasswordReset({ email }, from());
  return linkSecretIn(await letterTo(email, /^Set a new password/));
}

describe("a password reset", () => {
  it("sets the password by the letter's link, signs every browser out, and tells the owner", async () => {
    const { id, email } = await account();
    const { sessionId } = await signIn({ email, password: OLD }, from());
    const token = await resetLinkFor(email);
    expect(await findPasswordReset(token)).toEqual({ email });
    await resetPassword({ token, password: NEW }, from());
    expect(await findSessionUser(sessionId)).toBeNull();
    expect((await rowOf(id)).sessionVersion).toBe(1);
    await expect(signIn({ email, password: OLD }, from())).rejects.toMatchObject({ code: "unauthenticated" });
    await signIn({ email, password: NEW }, from());
    expect(await actionsOf(id)).toEqual(expect.arrayContaining(["password.reset", "session.ended"]));
    expect((await letterTo(email, /was changed/)).text).toMatch(/A new password was set/);
  });

  it("works once, of two at once for one of them", async () => {
    const { email } = await account();
    const token = await resetLinkFor(email);
    const answers = await Promise.allSettled(
      [`${NEW} 1`, `${NEW} 2`].map((password) => resetPassword({ token, password }, from())),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(resetPassword({ token, password: NEW }, from())).rejects.toMatchObject({ code: "not_found" });
  });

  it("gives an account without a password one, and opens one that wrong guesses had closed", async () => {
    const user = await newUser();
    await resetPassword({ token: await resetLinkFor(user.email), password: NEW }, from());
    await signIn({ email: user.email, password: NEW }, from());
    for (let n = 0; n < 10; n++) await signIn({ email: user.email, password: "a guess" }, from()).catch(() => null);
    await expect(signIn({ email: user.email, password: NEW }, from())).rejects.toMatchObject({
      code: "limit_exceeded",
    });
    await askPasswordReset({ email: user.email }, from());
    await expect
      .poll(async () => (await lettersTo(user.email)).filter(({ subject }) => /^Set/.test(subject)), {
        timeout: 15_000,
      })
      .toHaveLength(2);
    const token = linkSecretIn(await letterTo(user.email, /^Set a new password/));
    await resetPassword({ token, password: OLD }, from());
    await signIn({ email: user.email, password: OLD }, from());
  });

  it("is not kept from its owner by other letters that strangers ask for", async () => {
    const { email } = await account();
    for (let n = 0; n < 5; n++) await askRegistration({ email }, from());
    await expect(askRegistration({ email }, from())).rejects.toMatchObject({ code: "limit_exceeded" });
    expect(await resetLinkFor(email)).not.toBe("");
  });

  it("answers an address without an account alike, and sends it nothing", async () => {
    const [unknown, { email }] = [newAddress(), await account()];
    expect(await askPasswordReset({ email: unknown }, from())).toBe(await askPasswordReset({ email }, from()));
    await letterTo(email, /^Set a new password/);
    expect(await lettersTo(unknown)).toEqual([]);
  });

  it("takes no hostile address, no weak password, no link of another purpose", async () => {
    await expect(askPasswordReset({ email: "a@example.com,b@example.com" }, from())).rejects.toMatchObject({
      code: "invalid",
    });
    const { id, email } = await account();
    const token = await resetLinkFor(email);
    await expect(resetPassword({ token, password: "short" }, from())).rejects.toMatchObject({ code: "invalid" });
    const address = newAddress();
    await askEmailChange(accountCtx({ id, email }), { email: address, currentPassword: OLD }, from());
    const other = linkSecretIn(await letterTo(address, /^Confirm/));
    await expect(resetPassword({ token: other, password: NEW }, from())).rejects.toMatchObject({ code: "not_found" });
    expect(await findPasswordReset(token)).toEqual({ email });
  });
});

describe("changing the password", () => {
  it("asks for the current one, signs the other browsers out and leaves this one", async () => {
    const user = await account();
    const [here, there] = [await sessionOf(user.id), await sessionOf(user.id)];
    const at = { ...from(), sessionId: here };
    const ctx = accountCtx(user);
    for (const currentPassword of ["wrong password", "", undefined]) {
      await expect(changePassword(ctx, { currentPassword, newPassword: NEW }, at)).rejects.toMatchObject({
        fields: { currentPassword: expect.stringMatching(/is wrong|is missing/) },
      });
    }
    expect(await findSessionUser(there)).not.toBeNull();
    const link = await resetLinkFor(user.email);
    await changePassword(ctx, { currentPassword: OLD, newPassword: NEW }, at);
    expect([await findSessionUser(here), await findSessionUser(there)]).toEqual([expect.anything(), null]);
    expect(await findPasswordReset(link)).toBeNull();
    await letterTo(user.email, /was changed/);
    expect(await actionsOf(user.id)).toContain("password.changed");
    const log = await db().auditEvent.findMany({ where: { subjectId: user.id } });
    expect(JSON.stringify(log.map(({ before, after }) => [before, after]))).not.toMatch(/staple|horse|argon/);
  });

  it("counts wrong current passwords like the sign-in page does", async () => {
    const user = await account();
    const at = { ...from(), sessionId: newId() };
    const guess = (currentPassword: string) =>
      changePassword(accountCtx(user), { currentPassword, newPassword: NEW }, at);
    for (let n = 0; n < 10; n++) await expect(guess(`guess ${n}`)).rejects.toMatchObject({ code: "invalid" });
    await expect(guess(OLD)).rejects.toMatchObject({ code: "limit_exceeded" });
  });

  it("is not for an account without one", async () => {
    const at = { ...from(), sessionId: newId() };
    const change = changePassword(accountCtx(await newUser()), { newPassword: NEW }, at);
    await expect(change).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("changing the address", () => {
  it("happens by a link to the new one, tells the old one, and ends the links that the old one has", async () => {
    const user = await account();
    const ctx = accountCtx(user);
    const email = newAddress();
    const reset = await resetLinkFor(user.email);
    await askEmailChange(ctx, { email, currentPassword: OLD }, from());
    expect((await letterTo(user.email, /was changed/)).text).toContain(email);
    const token = linkSecretIn(await letterTo(email, /^Confirm/));
    expect(await findEmailChange(ctx, token)).toEqual({ email });
    expect((await rowOf(user.id)).email).toBe(user.email);
    expect(await confirmEmailChange(ctx, { token }, from())).toEqual({ email });
    expect((await rowOf(user.id)).email).toBe(email);
    expect(await findPasswordReset(reset)).toBeNull();
    const event = await db().auditEvent.findFirst({ where: { subjectId: user.id, action: "email.changed" } });
    expect(event).toMatchObject({ before: { email: user.email }, after: { email } });
    await expect(confirmEmailChange(ctx, { token }, from())).rejects.toMatchObject({ code: "not_found" });
  });

  it("answers alike for an address that has an account, which is told so by letter and stays with it", async () => {
    const [user, other] = [await account(), await account()];
    const ask = (email: string) => askEmailChange(accountCtx(user), { email, currentPassword: OLD }, from());
    expect(await ask(other.email)).toBe(await ask(newAddress()));
    expect(linkSecretIn(await letterTo(other.email, /have an account/))).toBe("");
  });

  it("is refused to another's link, to a wrong password, and where the address was taken meanwhile", async () => {
    const [user, thief] = [await account(), await account()];
    const email = newAddress();
    await expect(
      askEmailChange(accountCtx(user), { email, currentPassword: "wrong password" }, from()),
    ).rejects.toMatchObject({ fields: { currentPassword: "is wrong" } });
    await expect(
      askEmailChange(accountCtx(user), { email: user.email, currentPassword: OLD }, from()),
    ).rejects.toMatchObject({ code: "invalid" });
    await askEmailChange(accountCtx(user), { email, currentPassword: OLD }, from());
    const token = linkSecretIn(await letterTo(email, /^Confirm/));
    await expect(confirmEmailChange(accountCtx(thief), { token }, from())).rejects.toMatchObject({ code: "not_found" });
    expect(await findEmailChange(accountCtx(thief), token)).toBeNull();
    expect(await findEmailChange(accountCtx(user), token)).toEqual({ email });
    await createUser({ email, password: OLD });
    await expect(confirmEmailChange(accountCtx(user), { token }, from())).rejects.toMatchObject({ code: "conflict" });
    expect((await rowOf(user.id)).email).toBe(user.email);
  });
});
