"use server";

import type { z } from "zod";
import {
  type CreateRobotToken,
  createRobotToken,
  type RotateToken,
  revokeRobotToken,
  rotateRobotToken,
} from "#lib/identity/index.ts";
import { teamAction } from "#lib/web/index.ts";

export async function createRobot(slug: string, input: z.input<typeof CreateRobotToken>) {
  return teamAction(slug, async ({ ctx }) => {
    const { secret } = await createRobotToken(ctx, input);
    return { data: { secret } };
  });
}

export async function rotateRobot(slug: string, input: z.input<typeof RotateToken>) {
  return teamAction(slug, async ({ ctx }) => {
    const { secret } = await rotateRobotToken(ctx, input);
    return { data: { secret } };
  });
}

export async function revokeRobot(slug: string, id: string) {
  return teamAction(slug, async ({ ctx }) => {
    await revokeRobotToken(ctx, id);
    return { message: "The robot's token was revoked.", data: null };
  });
}
