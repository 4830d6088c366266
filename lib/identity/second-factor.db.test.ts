import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { db, transaction } from "#lib/db/index.ts";
import { accountCtx, letterTo, newUser, sessionOf } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  authenticate,
  countCodesLeft,
  createUser,
  disableSecondFactor,
  enableSecondFactor,
  findAwaitingUser,
  findSessionUser,
  giveSecondFactor,
  renewRecoveryCodes,
  resetPassword,
  signIn,
  startSecondFactor,
} from "./index.ts";

const PASSWORD = "correct horse battery";
const STEP_MS = 30_000;
const somewhere = () => `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`;
const from = (address = somewhere()) => ({ address, userAgent: "vitest", requestId: newId() });
const now = () => ({ requestId: newId(), now: new Date() });
const codeAt = (secret: string, at: Date | number) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Number(at) });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code: string }) => error.code,
  );

async function enrolled() {
  const user = await createUser({ email: `f${randomBytes(6).toString("hex")}@example.com`, password: PASSWORD });
  const ctx = accountCtx(user);
  const { secret } = await startSecondFactor(ctx, { currentPassword: PASSWORD }, from());
  // A step back, so that the code of now is still unused.
  const code = codeAt(secret, ctx.now.getTime() - STEP_MS);
  const { recoveryCodes } = await enableSecondFactor(ctx, { code }, { sessionId: await sessionOf(user.id) });
  const halfSession = async () => (await signIn({ email: user.email, password: PASSWORD }, from())).sessionId;
  return { user, ctx, secret, recoveryCodes, halfSession };
}

describe("setting a second factor up", () => {
  it("asks for the password, counts once a code was right, keeps the secret sealed, and ends other sessions", async () => {
    const user = await createUser({ email: `f${newId()}@example.com`, password: PASSWORD });
    const ctx = accountCtx(user);
    const [here, there] = [await sessionOf(user.id), await sessionOf(user.id)];
    await expect(startSecondFactor(ctx, {}, from())).rejects.toMatchObject({ code: "invalid" });
    const { secret, uri } = await startSecondFactor(ctx, { currentPassword: PASSWORD }, from());
    expect(uri).toMatch(/^otpauth:\/\/totp\/Purser:.*secret=/);
    expect(await findSessionUser((await signIn({ email: user.email, password: PASSWORD }, from())).sessionId)).not.toBe(
      null,
    );
    await expect(enableSecondFactor(ctx, { code: "000000" }, { sessionId: here })).rejects.toMatchObject({
      fields: { code: "is wrong" },
    });
    const { recoveryCodes } = await enableSecondFactor(ctx, { code: codeAt(secret, ctx.now) }, { sessionId: here });
    expect(new Set(recoveryCodes).size).toBe(10);
    expect([await findSessionUser(here), await findSessionUser(there)]).toEqual([expect.anything(), null]);
    const row = await db().user.findUniqueOrThrow({ where: { id: user.id }, include: { recoveryCodes: true } });
    const kept = `${Buffer.from(row.totpSecretEncrypted ?? []).toString("latin1")} ${JSON.stringify(row.recoveryCodes)}`;
    for (const plain of [secret, ...recoveryCodes]) expect(kept).not.toContain(plain);
    await letterTo(user.email, /was changed/);
    expect(await failure(startSecondFactor(ctx, { currentPassword: PASSWORD }, from()))).toBe("conflict");
  });

  it("closes the registry to the account's password, whatever was signed in with it before", async () => {
    const { user } = await enrolled();
    await expect(
      authenticate({ username: user.email, password: PASSWORD, address: somewhere() }),
    ).rejects.toMatchObject({ message: expect.stringMatching(/personal token/) });
    expect((await db().user.findUniqueOrThrow({ where: { id: user.id } })).sessionVersion).toBe(1);
  });
});

describe("signing in with a second factor", () => {
  it("opens nothing before the code, and everything after it", async () => {
    const { user, secret, halfSession } = await enrolled();
    const session = await halfSession();
    expect(await findSessionUser(session)).toBeNull();
    expect(await findAwaitingUser(session)).toEqual(user);
    await giveSecondFactor(session, { code: codeAt(secret, Date.now()) }, now());
    expect(await findSessionUser(session)).toMatchObject({ id: user.id });
    expect(await findAwaitingUser(session)).toBeNull();
    const event = await db().auditEvent.findFirst({
      where: { subjectId: user.id, action: "session.started" },
      orderBy: { seq: "desc" },
    });
    expect(event?.after).toEqual({ with: "password and code" });
  });

  it("takes the code of a step before or after, no other, and each once", async () => {
    const { secret, halfSession } = await enrolled();
    const t = Date.now();
    for (const steps of [-3, -2, 2, 3]) {
      const given = giveSecondFactor(
        await halfSession(),
        { code: codeAt(secret, t + steps * STEP_MS) },
        {
          ...now(),
          now: new Date(t),
        },
      );
      expect(await failure(given), `${steps}`).toBe("invalid");
    }
    const late = { requestId: newId(), now: new Date(t + STEP_MS) };
    await giveSecondFactor(await halfSession(), { code: codeAt(secret, t) }, late);
    expect(await failure(giveSecondFactor(await halfSession(), { code: codeAt(secret, t) }, late))).toBe("invalid");
    await giveSecondFactor(await halfSession(), { code: codeAt(secret, t + 2 * STEP_MS) }, late);
  });

  it("takes one code for one of two browsers at once", async () => {
    const { secret, halfSession } = await enrolled();
    const sessions = [await halfSession(), await halfSession(), await halfSession()];
    const code = codeAt(secret, Date.now());
    const answers = await Promise.all(sessions.map((id) => failure(giveSecondFactor(id, { code }, now()))));
    expect(answers.sort()).toEqual(["done", "invalid", "invalid"]);
  });

  it("takes a recovery code once, however it is typed, of two at once for one, and tells the owner", async () => {
    const { user, ctx, recoveryCodes, halfSession } = await enrolled();
    const [first = "", second = ""] = recoveryCodes;
    await giveSecondFactor(await halfSession(), { code: ` ${first.toUpperCase().replaceAll("-", " ")} ` }, now());
    expect(await failure(giveSecondFactor(await halfSession(), { code: first }, now()))).toBe("invalid");
    expect((await letterTo(user.email, /was changed/)).text).toMatch(/recovery code was used to sign in; 9 are left/);
    const sessions = [await halfSession(), await halfSession()];
    const answers = await Promise.all(sessions.map((id) => failure(giveSecondFactor(id, { code: second }, now()))));
    expect(answers.sort()).toEqual(["done", "invalid"]);
    expect(await countCodesLeft(ctx)).toBe(8);
  });

  it("is refused after ten wrong codes, also the right one, from whatever browser", async () => {
    const { user, secret, halfSession } = await enrolled();
    const sessions = await Promise.all(Array.from({ length: 4 }, halfSession));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        failure(giveSecondFactor(sessions[n % 4] ?? "", { code: String(n).padStart(6, "0") }, now())),
      ),
    );
    expect(answers.filter((code) => code === "invalid").length).toBeLessThanOrEqual(10);
    const right = giveSecondFactor(sessions[0] ?? "", { code: codeAt(secret, Date.now()) }, now());
    expect(await failure(right)).toBe("limit_exceeded");
    expect(await findAwaitingUser(sessions[0] ?? "")).toEqual(user);
  });

  it("is nobody's with a session that is whole, has run out, or is not there", async () => {
    const { user, secret } = await enrolled();
    const whole = await sessionOf(user.id);
    const over = await sessionOf(user.id, { awaitsSecondFactor: true, expiresAt: new Date() });
    for (const id of [whole, over, newId()]) {
      expect(await failure(giveSecondFactor(id, { code: codeAt(secret, Date.now()) }, now()))).toBe("unauthenticated");
    }
  });

  it("takes a recovery code and no other where the instance's key is another one now", async () => {
    const { user, secret, recoveryCodes, halfSession } = await enrolled();
    await db().user.update({ where: { id: user.id }, data: { totpSecretEncrypted: randomBytes(60) } });
    const session = await halfSession();
    expect(await failure(giveSecondFactor(session, { code: codeAt(secret, Date.now()) }, now()))).toBe("invalid");
    await giveSecondFactor(session, { code: recoveryCodes[0] ?? "" }, now());
    expect(await findSessionUser(session)).toMatchObject({ id: user.id });
  });

  it("does not take the code of somebody else", async () => {
    const [one, other] = [await enrolled(), await enrolled()];
    const codes = [codeAt(other.secret, Date.now()), other.recoveryCodes[0] ?? ""];
    for (const code of codes)
      expect(await failure(giveSecondFactor(await one.halfSession(), { code }, now()))).toBe("invalid");
  });
});

describe("turning a second factor off", () => {
  it("takes the password or a code, and nothing less", async () => {
    const { ctx, user, secret } = await enrolled();
    for (const input of [
      {},
      { currentPassword: "wrong password" },
      { code: "000000" },
      { code: "", currentPassword: "" },
    ])
      expect(await failure(disableSecondFactor(ctx, input, from()))).toBe("invalid");
    await disableSecondFactor(ctx, { code: codeAt(secret, ctx.now) }, from());
    const row = await db().user.findUniqueOrThrow({ where: { id: user.id }, include: { recoveryCodes: true } });
    expect(row).toMatchObject({
      totpEnabledAt: null,
      totpSecretEncrypted: null,
      totpLastStep: null,
      recoveryCodes: [],
    });
    const again = await enrolled();
    await disableSecondFactor(again.ctx, { currentPassword: PASSWORD }, from());
    expect(await findSessionUser(await again.halfSession())).toMatchObject({ id: again.user.id });
  });

  it("is not undone, nor are new codes made, by an account without a password saying nothing", async () => {
    const user = await newUser();
    const ctx = accountCtx(user);
    const { secret } = await startSecondFactor(ctx, {}, from());
    const at = { sessionId: await sessionOf(user.id) };
    const { recoveryCodes } = await enableSecondFactor(ctx, { code: codeAt(secret, ctx.now) }, at);
    for (const input of [{}, { currentPassword: "anything" }])
      expect(await failure(disableSecondFactor(ctx, input, from()))).not.toBe("done");
    // New recovery codes would turn it off just as well.
    for (const input of [{}, { currentPassword: "anything" }, { code: "000000" }])
      expect(await failure(renewRecoveryCodes(ctx, input, from()))).toBe("invalid");
    expect(await countCodesLeft(ctx)).toBe(10);
    const code = recoveryCodes[0] ?? "";
    const renewed = await renewRecoveryCodes(ctx, { code }, from());
    expect(renewed.recoveryCodes).not.toContain(code);
    expect((await db().user.findUniqueOrThrow({ where: { id: user.id } })).totpEnabledAt).not.toBeNull();
  });

  it("gives new recovery codes for the password, which end the old ones", async () => {
    const { ctx, recoveryCodes, halfSession } = await enrolled();
    expect(await failure(renewRecoveryCodes(ctx, { currentPassword: "wrong password" }, from()))).toBe("invalid");
    const renewed = await renewRecoveryCodes(ctx, { currentPassword: PASSWORD }, from());
    const old = giveSecondFactor(await halfSession(), { code: recoveryCodes[0] ?? "" }, now());
    expect(await failure(old)).toBe("invalid");
    await giveSecondFactor(await halfSession(), { code: renewed.recoveryCodes[0] ?? "" }, now());
  });

  it("is not what a lost password leads to: its reset leaves the second factor on", async () => {
    const { user } = await enrolled();
    const { makeLink } = await import("./mail-link.ts");
    const token = await transaction((tx) => makeLink(tx, "password-reset", user.id));
    await resetPassword({ token, password: `${PASSWORD} 2` }, from());
    const { sessionId } = await signIn({ email: user.email, password: `${PASSWORD} 2` }, from());
    expect(await findSessionUser(sessionId)).toBeNull();
  });
});
