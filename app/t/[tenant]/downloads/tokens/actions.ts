"use server";

import { z } from "zod";
import { invalid } from "#lib/errors.ts";
import { createPersonalToken, revokePersonalToken } from "#lib/identity/index.ts";
import { parse } from "#lib/parse.ts";
import { memberAction } from "#lib/web/index.ts";
import { presetsOf } from "./presets.ts";

const TokenForm = z.strictObject({ name: z.string(), preset: z.string(), expiresInDays: z.number() });

export async function createToken(slug: string, input: z.input<typeof TokenForm>) {
  return memberAction(slug, async ({ ctx }) => {
    const { preset, ...rest } = parse(TokenForm, input);
    const scopes = presetsOf(ctx.actor).find(({ value }) => value === preset)?.scopes;
    if (!scopes) throw invalid({ preset: "is not offered to you" });
    const { secret } = await createPersonalToken({ user: ctx.actor, requestId: ctx.requestId }, { ...rest, scopes });
    return { data: { secret } };
  });
}

export async function revokeToken(slug: string, id: string) {
  return memberAction(slug, async ({ ctx }) => {
    await revokePersonalToken({ user: ctx.actor, requestId: ctx.requestId }, id);
    return { message: "The token was revoked.", data: null };
  });
}
