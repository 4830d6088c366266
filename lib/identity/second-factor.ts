import { z } from "zod";
import { query, type Tx, transaction, type User } from "#lib/db/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import type { AccountCtx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { log } from "../log.ts";
import { parse } from "../parse.ts";
import { seal, unseal } from "../seal.ts";
import { changedLetter } from "./letters.ts";
import { countAttempt, uncountAttempt } from "./limits.ts";
import { demandOwner, hasPassword, type Proof, recordOwn } from "./own.ts";
import { countRecoveryCodes, replaceRecoveryCodes, spendRecoveryCode } from "./recovery-codes.ts";
import { endAllSessions } from "./sessions.ts";
import { newTotpSecret, totpStepOf, totpUri } from "./totp.ts";
import { lockOwn } from "./users.ts";

const Code = z.string().trim().max(60);

export const SecondFactorProof = z.strictObject({ currentPassword: z.string().optional() });
export const SecondFactorCode = z.strictObject({ code: Code });
export const DisableSecondFactor = z.strictObject({ currentPassword: z.string().optional(), code: Code.optional() });
export const RenewRecoveryCodes = DisableSecondFactor;

/**
 * Begins to set an authenticator app up: a secret that counts for nothing until a code of it was given.
 * @throws invalid for a wrong password; conflict where a second factor is on
 */
export async function startSecondFactor(
  ctx: AccountCtx,
  input: z.input<typeof SecondFactorProof>,
  from: { address: string },
): Promise<{ secret: string; uri: string }> {
  const { currentPassword } = parse(SecondFactorProof, input);
  await demandOwner(ctx, { currentPassword, address: from.address });
  const secret = newTotpSecret();
  await transaction(async (tx) => {
    const { id, totpEnabledAt } = await lockOwn(tx, ctx.actor.id);
    if (totpEnabledAt) throw conflict("The second factor is on already.");
    const totpSecretEncrypted = seal(secret, placeOf(id));
    await tx.user.update({ where: { id }, data: { totpSecretEncrypted, totpLastStep: null }, select: { id: true } });
  });
  return { secret, uri: totpUri(ctx.actor.email, secret) };
}

/**
 * Turns the second factor on, once the app has shown a right code; every other browser is signed out.
 * @returns the recovery codes, which are shown this once
 * @throws invalid for a wrong code; conflict where it is on, or was not begun
 */
export async function enableSecondFactor(
  ctx: AccountCtx,
  input: z.input<typeof SecondFactorCode>,
  at: { sessionId: string },
): Promise<{ recoveryCodes: string[] }> {
  const { code } = parse(SecondFactorCode, input);
  const recoveryCodes = await transaction(async (tx) => {
    const user = await lockOwn(tx, ctx.actor.id);
    if (user.totpEnabledAt) throw conflict("The second factor is on already.");
    if (!(await spendTotpCode(tx, user, { code, now: ctx.now }))) throw invalid({ code: "is wrong" });
    await tx.user.update({ where: { id: user.id }, data: { totpEnabledAt: ctx.now }, select: { id: true } });
    await recordOwn(tx, ctx, { action: "secondFactor.enabled" });
    await endAllSessions(tx, ctx, { except: at.sessionId });
    return replaceRecoveryCodes(tx, user.id);
  });
  sendMailLater(changedLetter(ctx.actor.email, "A second factor, an authenticator app, was turned on."));
  return { recoveryCodes };
}

/**
 * Turns the second factor off, for who gives the password or a code. Turning it off twice changes nothing.
 * @throws invalid beside the field that was wrong; limit_exceeded
 */
export async function disableSecondFactor(
  ctx: AccountCtx,
  input: z.input<typeof DisableSecondFactor>,
  from: { address: string },
): Promise<void> {
  const { currentPassword, code } = parse(DisableSecondFactor, input);
  const changed = await proven(ctx, { currentPassword, code, ...from }, async (tx, user) => {
    if (!user.totpEnabledAt) return false;
    const off = { totpSecretEncrypted: null, totpEnabledAt: null, totpLastStep: null };
    await tx.user.update({ where: { id: user.id }, data: off, select: { id: true } });
    await tx.recoveryCode.deleteMany({ where: { userId: user.id } });
    await recordOwn(tx, ctx, { action: "secondFactor.disabled" });
    return true;
  });
  if (changed) sendMailLater(changedLetter(ctx.actor.email, "The second factor was turned off."));
}

/**
 * Makes new recovery codes, for who gives the password or a code: each of them is a second factor. The old ones stop
 * working.
 * @throws invalid beside the field that was wrong; conflict without a second factor; limit_exceeded
 */
export async function renewRecoveryCodes(
  ctx: AccountCtx,
  input: z.input<typeof RenewRecoveryCodes>,
  from: { address: string },
): Promise<{ recoveryCodes: string[] }> {
  const { currentPassword, code } = parse(RenewRecoveryCodes, input);
  const recoveryCodes = await proven(ctx, { currentPassword, code, ...from }, async (tx, user) => {
    if (!user.totpEnabledAt) throw conflict("The second factor is off.");
    await recordOwn(tx, ctx, { action: "secondFactor.codesRenewed" });
    return replaceRecoveryCodes(tx, user.id);
  });
  sendMailLater(changedLetter(ctx.actor.email, "New recovery codes were made; the old ones stopped working."));
  return { recoveryCodes };
}

/** How many of somebody's recovery codes are unused. */
export async function countCodesLeft({ actor }: AccountCtx): Promise<number> {
  return query((db) => countRecoveryCodes(db, actor.id));
}

/** Which factor a code was, used up with that; null where it is none. The caller holds the account's lock (lockOwn). */
export async function spendSecondFactor(
  tx: Tx,
  user: User,
  given: { code: string; now: Date },
): Promise<"code" | "recovery code" | null> {
  if (await spendTotpCode(tx, user, given)) return "code";
  return (await spendRecoveryCode(tx, user.id, given.code)) ? "recovery code" : null;
}

// A code is good once: whoever looked over a shoulder is too late (RFC 6238, section 5.2).
async function spendTotpCode(tx: Tx, user: User, { code, now }: { code: string; now: Date }): Promise<boolean> {
  const { id, totpSecretEncrypted, totpLastStep } = user;
  const digits = code.replace(/\s/g, "");
  // What has another form is a recovery code, which works even where the secret can't be opened any more.
  if (!totpSecretEncrypted || !/^\d{6}$/.test(digits)) return false;
  const secret = opened(totpSecretEncrypted, id);
  const step = secret === null ? null : totpStepOf(secret, digits, now);
  if (step === null || (totpLastStep !== null && step <= totpLastStep)) return false;
  await tx.user.update({ where: { id }, data: { totpLastStep: step }, select: { id: true } });
  return true;
}

/** Does `work` under the account's lock, for who gives its password or a code; a code is counted before it is tried. */
async function proven<T>(
  ctx: AccountCtx,
  { code, ...proof }: Proof & { code?: string | undefined },
  work: (tx: Tx, user: User) => Promise<T>,
): Promise<T> {
  if (code) await countAttempt("second-factor-account", ctx.actor.id);
  else await demandSomePassword(ctx, proof);
  const done = await transaction(async (tx) => {
    const user = await lockOwn(tx, ctx.actor.id);
    if (code && user.totpEnabledAt && !(await spendSecondFactor(tx, user, { code, now: ctx.now })))
      throw invalid({ code: "is wrong" });
    return work(tx, user);
  });
  if (code) await uncountAttempt("second-factor-account", ctx.actor.id);
  return done;
}

// Without a password there is nothing to ask for but a code.
async function demandSomePassword(ctx: AccountCtx, proof: Proof): Promise<void> {
  if (!(await hasPassword(ctx.actor.id))) throw invalid({ code: "is missing" });
  await demandOwner(ctx, proof);
}

/** The app's secret; null where the instance's key is another one than when it was sealed. */
function opened(sealed: Uint8Array, userId: string): string | null {
  try {
    return unseal(sealed, placeOf(userId));
  } catch (error) {
    log.error(
      { userId, error: (error as Error).message },
      "a second factor's secret can't be opened with this PURSER_SECRET",
    );
    return null;
  }
}

function placeOf(userId: string): string {
  return `users.totp_secret:${userId}`;
}
