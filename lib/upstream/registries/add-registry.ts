import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { invalid } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { parse } from "../../parse.ts";
import { demandRegistry } from "./look-at.ts";
import { Password, RegistryName, RegistryUrl, Username } from "./registry-input.ts";
import { recordRegistry, refuseTakenName, secretColumns } from "./registry-row.ts";

export const AddRegistry = z.strictObject({
  name: RegistryName,
  url: RegistryUrl,
  username: Username.default(""),
  password: Password.default(""),
});

/**
 * Adds an upstream registry, after it was asked whether it is one and takes the credentials.
 * @throws forbidden without `provider.manage`; invalid, also for an address that is refused and credentials that are; conflict
 *   where the name is taken; unavailable where the registry can't be asked now
 */
export async function addRegistry(ctx: Ctx, input: z.input<typeof AddRegistry>): Promise<{ id: string; name: string }> {
  await demand(ctx, "provider.manage");
  const { name, url, username, password } = parse(AddRegistry, input);
  const credentials = credentialsOf(username, password);
  const id = newId();
  await demandRegistry({ key: `${id} new`, url, credentials });
  return transaction(async (tx) => {
    await refuseTakenName(tx, ctx, { name });
    const secret = secretColumns({ id, username, password, now: ctx.now });
    const data = { id, tenantId: ctx.tenant.id, name, url, ...secret };
    const registry = await tx.upstreamRegistry.create({ data, select: { id: true, name: true } });
    await recordRegistry(tx, ctx, {
      registry,
      action: "upstream.registry_added",
      after: { url, username: username || null },
    });
    return registry;
  });
}

/** @throws invalid where one is there without the other */
export function credentialsOf(username: string, password: string) {
  if (username && !password) throw invalid({ password: "is missing: it belongs to the user name" });
  if (!username && password) throw invalid({ username: "is missing: it belongs to the password" });
  return username ? { username, password } : null;
}
