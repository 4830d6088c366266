import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { describe, expect, it } from "vitest";
import { db, type Tx, transaction } from "#lib/db/index.ts";
import { accountCtx, sessionOf } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  askPasswordReset,
  createUser,
  enableSecondFactor,
  endSession,
  giveSecondFactor,
  hashPassword,
  resetPassword,
  signIn,
  startSecondFactor,
} from "./index.ts";
import { makeLink } from "./mail-link.ts";
import { endAllSessions } from "./sessions.ts";
import { lockOwn } from "./users.ts";

const PASSWORD = "correct horse battery";
const from = () => ({
  address: `2001:db8:${randomBytes(2).toString("hex")}::1`,
  userAgent: "vitest",
  requestId: newId(),
});
const account = () => createUser({ email: `w${randomBytes(6).toString("hex")}@example.com`, password: PASSWORD });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: { code: string }) => error.code,
  );

/** Begins `work`, changes the account while it waits for the account's lock, and lets it go on. @returns how it ended */
async function whileChanging(
  userId: string,
  work: () => Promise<unknown>,
  change: (tx: Tx) => Promise<unknown>,
): Promise<string> {
  let outcome: Promise<string> = Promise.resolve("");
  await transaction(async (tx) => {
    await lockOwn(tx, userId);
    outcome = failure(work());
    const waiting = () => db().$queryRaw`SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await expect.poll(waiting, { timeout: 10_000, message: "it waits for the account's lock" }).toHaveLength(1);
    await change(tx);
  });
  return outcome;
}

async function withSecondFactor() {
  const user = await account();
  const ctx = accountCtx(user);
  const { secret } = await startSecondFactor(ctx, { currentPassword: PASSWORD }, from());
  const codeAt = (timestamp: number) => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp });
  const sessionId = await sessionOf(user.id);
  // A step back, so that the code of now is still unused.
  const { recoveryCodes } = await enableSecondFactor(ctx, { code: codeAt(Date.now() - 30_000) }, { sessionId });
  const half = await signIn({ email: user.email, password: PASSWORD }, from());
  const give = () =>
    giveSecondFactor(half.sessionId, { code: codeAt(Date.now()) }, { requestId: newId(), now: new Date() });
  return { user, half: half.sessionId, give, recoveryCodes };
}

describe("a sign-in under way", () => {
  it("begins no session once the password it knew was changed, and nobody is signed in by it", async () => {
    const user = await account();
    const passwordHash = await hashPassword("staple under the stairs");
    const outcome = await whileChanging(
      user.id,
      () => signIn({ email: user.email, password: PASSWORD }, from()),
      async (tx) => {
        await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
        await endAllSessions(tx, accountCtx(user), { except: null });
      },
    );
    expect(outcome).toBe("unauthenticated");
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
  });

  it("owes the second factor that was turned on meanwhile", async () => {
    const user = await account();
    await whileChanging(
      user.id,
      () => signIn({ email: user.email, password: PASSWORD }, from()),
      (tx) => tx.user.update({ where: { id: user.id }, data: { totpEnabledAt: new Date() } }),
    );
    const sessions = await db().session.findMany({ where: { userId: user.id } });
    expect(sessions).toMatchObject([{ awaitsSecondFactor: true }]);
  });
});

describe("a second factor under way", () => {
  it("makes no session whole that ran out meanwhile", async () => {
    const { user, half, give } = await withSecondFactor();
    const over = (tx: Tx) => tx.session.update({ where: { id: half }, data: { expiresAt: new Date() } });
    expect(await whileChanging(user.id, give, over)).toBe("unauthenticated");
    expect(await db().session.findUnique({ where: { id: half } })).toMatchObject({ awaitsSecondFactor: true });
  });

  it("makes no session whole that was signed out meanwhile, and says so", async () => {
    const { user, half, give } = await withSecondFactor();
    expect(await whileChanging(user.id, give, () => endSession(half, from()))).toBe("unauthenticated");
    expect(await db().session.findUnique({ where: { id: half } })).toBeNull();
  });
});

describe("a password reset under way", () => {
  it("sends no link to an address that the account left meanwhile", async () => {
    const user = await account();
    const identifier = `password-reset:${user.id}`;
    await whileChanging(
      user.id,
      () => askPasswordReset({ email: user.email }, from()),
      (tx) => tx.user.update({ where: { id: user.id }, data: { email: `moved-${user.email}` } }),
    );
    // What waited for the lock goes on before whoever asks for it now.
    await transaction((tx) => lockOwn(tx, user.id));
    expect(await db().verificationToken.findFirst({ where: { identifier } })).toBeNull();
  });

  it("finds its link used up where the password was changed meanwhile", async () => {
    const user = await account();
    const token = await transaction((tx) => makeLink(tx, "password-reset", user.id));
    const outcome = await whileChanging(
      user.id,
      () => resetPassword({ token, password: "staple under the stairs" }, from()),
      (tx) => tx.verificationToken.deleteMany({ where: { identifier: `password-reset:${user.id}` } }),
    );
    expect(outcome).toBe("not_found");
  });
});
