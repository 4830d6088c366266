"use server";

import { z } from "zod";
import { createRobotToken, revokeRobotToken } from "#lib/identity/index.ts";
import { parse } from "#lib/parse.ts";
import { teamAction } from "#lib/web/index.ts";

const SCOPES = { pull: ["registry.pull"], push: ["registry.pull", "registry.push"] };

const RobotForm = z.strictObject({
  name: z.string(),
  preset: z.enum(["pull", "push"]),
  expiresInDays: z.number(),
});

export async function createRobot(slug: string, input: { name: string; preset: string; expiresInDays: number }) {
  return teamAction(slug, async ({ ctx }) => {
    const { name, preset, expiresInDays } = parse(RobotForm, input);
    const { secret } = await createRobotToken(ctx, { name, scopes: SCOPES[preset], expiresInDays });
    return { data: { secret } };
  });
}

export async function revokeRobot(slug: string, id: string) {
  return teamAction(slug, async ({ ctx }) => {
    await revokeRobotToken(ctx, id);
    return { message: "The robot's token was revoked.", data: null };
  });
}
