"use server";

import type { z } from "zod";
import { plural } from "#lib/format.ts";
import {
  type AddRegistry,
  addRegistry,
  type ConnectRepository,
  changeRegistry,
  connectRepository,
  removeRegistry,
  rotateRegistrySecret,
} from "#lib/upstream/index.ts";
import { teamAction, teamRemoval } from "#lib/web/index.ts";

export async function addUpstream(slug: string, input: z.input<typeof AddRegistry>) {
  return teamAction(slug, async ({ ctx }) => {
    const { name } = await addRegistry(ctx, input);
    return { message: `${name} answers, and was added.`, data: null };
  });
}

export async function saveRegistry(slug: string, registryId: string, input: z.input<typeof AddRegistry>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await changeRegistry(ctx, { ...input, registryId });
    return { message: changed ? "Saved." : "Nothing was changed.", data: null };
  });
}

export async function setCredentials(slug: string, registryId: string, input: { username: string; password: string }) {
  return teamAction(slug, async ({ ctx }) => {
    await rotateRegistrySecret(ctx, { ...input, registryId });
    return { message: "They work, and were set.", data: null };
  });
}

export async function dropRegistry(slug: string, registryId: string) {
  return teamRemoval(slug, async ({ ctx }) => {
    const { disconnected } = await removeRegistry(ctx, { registryId });
    const rest = disconnected > 0 ? ` ${plural(disconnected, "repository is", "repositories are")} disconnected.` : "";
    return { message: `The registry was removed.${rest}`, data: null };
  });
}

export async function connect(slug: string, input: z.input<typeof ConnectRepository>) {
  return teamAction(slug, async ({ ctx }) => {
    await connectRepository(ctx, input);
    return { message: `${input.repository} mirrors it now.`, data: null };
  });
}
