"use server";

import type { z } from "zod";
import {
  type CreatePersonalToken,
  createPersonalToken,
  type RotateToken,
  revokePersonalToken,
  rotatePersonalToken,
} from "#lib/identity/index.ts";
import { memberAction } from "#lib/web/index.ts";

export async function createToken(slug: string, input: z.input<typeof CreatePersonalToken>) {
  return memberAction(slug, async ({ ctx }) => {
    const { secret } = await createPersonalToken(ctx, input);
    return { data: { secret } };
  });
}

export async function rotateToken(slug: string, input: z.input<typeof RotateToken>) {
  return memberAction(slug, async ({ ctx }) => {
    const { secret } = await rotatePersonalToken(ctx, input);
    return { data: { secret } };
  });
}

export async function revokeToken(slug: string, id: string) {
  return memberAction(slug, async ({ ctx }) => {
    await revokePersonalToken(ctx, id);
    return { message: "The token was revoked.", data: null };
  });
}
