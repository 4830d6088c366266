"use server";

import { currentRequest } from "#lib/http/index.ts";
import {
  askPasswordReset,
  changePassword as changePasswordOf,
  disableSecondFactor,
  disconnectProvider,
  enableSecondFactor,
  renewRecoveryCodes,
  startConnecting,
  startSecondFactor,
} from "#lib/identity/index.ts";
import { accountAction } from "#lib/web/index.ts";

const PATH = "/account/security";

interface Proof {
  currentPassword?: string;
}

export async function changePassword(input: Proof & { newPassword: string }) {
  return accountAction(PATH, async ({ ctx, user }) => {
    await changePasswordOf(ctx, input, { ...currentRequest(), sessionId: user.sessionId });
    return { message: "The password is changed. Every other browser was signed out.", data: null };
  });
}

export async function sendPasswordLetter() {
  return accountAction(PATH, async ({ ctx }) => {
    await askPasswordReset({ email: ctx.actor.email }, currentRequest());
    return { message: `Check the mail of ${ctx.actor.email}: its link sets a password.`, data: null };
  });
}

export async function beginSecondFactor(input: Proof) {
  return accountAction(PATH, async ({ ctx }) => ({ data: await startSecondFactor(ctx, input, currentRequest()) }));
}

export async function turnSecondFactorOn(input: { code: string }) {
  return accountAction(PATH, async ({ ctx, user }) => ({ data: await enableSecondFactor(ctx, input, user) }));
}

export async function turnSecondFactorOff(input: Proof & { code?: string }) {
  return accountAction(PATH, async ({ ctx }) => {
    await disableSecondFactor(ctx, input, currentRequest());
    return { message: "The second factor is off.", data: null };
  });
}

export async function makeRecoveryCodes(input: Proof & { code?: string }) {
  return accountAction(PATH, async ({ ctx }) => ({ data: await renewRecoveryCodes(ctx, input, currentRequest()) }));
}

export async function beginConnecting(input: Proof & { provider: string }) {
  return accountAction(PATH, async ({ ctx, user }) => {
    await startConnecting(ctx, input, { ...currentRequest(), sessionId: user.sessionId });
    return { data: null };
  });
}

export async function disconnect(input: Proof & { provider: string }) {
  return accountAction(PATH, async ({ ctx }) => {
    await disconnectProvider(ctx, input, currentRequest());
    return { message: "It is disconnected.", data: null };
  });
}
