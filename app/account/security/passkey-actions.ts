"use server";

import { currentRequest } from "#lib/http/index.ts";
import { addPasskey, removePasskey, renamePasskey, startPasskey } from "#lib/identity/index.ts";
import { accountAction } from "#lib/web/index.ts";

const PATH = "/account/security";

export async function beginPasskey(input: { currentPassword?: string }) {
  return accountAction(PATH, async ({ ctx }) => ({ data: await startPasskey(ctx, input, currentRequest()) }));
}

export async function keepPasskey(input: { name: string; response: { id: string } }) {
  return accountAction(PATH, async ({ ctx }) => {
    await addPasskey(ctx, input);
    return { message: "The passkey is added.", data: null };
  });
}

export async function namePasskey(id: string, input: { name: string }) {
  return accountAction(PATH, async ({ ctx }) => {
    await renamePasskey(ctx, { ...input, id });
    return { message: "The passkey is renamed.", data: null };
  });
}

export async function endPasskey(id: string, input: { currentPassword?: string }) {
  return accountAction(PATH, async ({ ctx }) => {
    await removePasskey(ctx, { ...input, id }, currentRequest());
    return { message: "The passkey is removed.", data: null };
  });
}
