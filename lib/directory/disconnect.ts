import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import type { Tx } from "#lib/db/index.ts";
import { convergeRoles, demandWhereItGives, endGroup, type Moves, rehearse } from "#lib/entitlements/index.ts";
import type { Ctx } from "../context.ts";
import { parse } from "../parse.ts";
import { type Settled, settled } from "./settled.ts";

export const DisconnectDirectory = z.strictObject({
  /** What becomes of its groups: kept as groups by hand, or ended with what they give. */
  groups: z.enum(["keep", "end"]).default("keep"),
});

type Choice = z.output<typeof DisconnectDirectory>["groups"];

export interface Disconnected {
  /** False where nothing was connected, and nothing was left of it. */
  changed: boolean;
  secrets: number;
  people: number;
  groups: number;
}

/**
 * Ends a tenant's directory: no secret of it holds with the next request, no claim counts, whom it told of is forgotten, and
 * its groups are kept as groups by hand or ended. Who is a member stays one, and who is suspended stays suspended.
 * @throws forbidden without `provider.manage`, and to end groups without what ending each takes (`group.manage`, and where
 * it gives, `entitlement.revoke` and `team.remove`)
 */
export async function disconnectDirectory(
  ctx: Ctx,
  input: z.input<typeof DisconnectDirectory> = {},
): Promise<Disconnected> {
  const groups = await allowed(ctx, input);
  return settled(ctx, (tx) => disconnect(tx, ctx, groups));
}

/** Who would gain and lose what by disconnecting, with nothing changed. @throws as disconnectDirectory */
export async function previewDisconnect(ctx: Ctx, input: z.input<typeof DisconnectDirectory> = {}): Promise<Moves> {
  const groups = await allowed(ctx, input);
  return rehearse((tx) => disconnect(tx, ctx, groups), ctx);
}

async function allowed(ctx: Ctx, input: z.input<typeof DisconnectDirectory>): Promise<Choice> {
  await demand(ctx, "provider.manage");
  const { groups } = parse(DisconnectDirectory, input);
  if (groups === "end") await demand(ctx, "group.manage");
  return groups;
}

async function disconnect(tx: Tx, ctx: Ctx, choice: Choice): Promise<Settled<Disconnected>> {
  const of = { where: { tenantId: ctx.tenant.id } };
  const held = { tenantId: ctx.tenant.id, revokedAt: null };
  const secrets = await tx.directorySecret.updateMany({ where: held, data: { revokedAt: ctx.now } });
  await tx.directoryGroupMember.deleteMany(of);
  await tx.directorySuspension.deleteMany(of);
  const people = await tx.directoryUser.deleteMany(of);
  const groups = choice === "end" ? await endGroups(tx, ctx) : await keepGroups(tx, ctx);
  const settings = await tx.directory.deleteMany(of);
  const counts = { secrets: secrets.count, people: people.count, groups };
  const changed = Object.values(counts).some(Boolean) || settings.count > 0;
  if (!changed) return { made: { changed, ...counts }, letters: [] };
  const letters = choice === "end" ? await convergeRoles(tx, ctx) : [];
  const subject = { type: "directory", id: ctx.tenant.id, label: "directory" };
  const before = { ...counts, groupsWere: choice === "end" ? "ended" : "kept" };
  await record(tx, ctx, { action: "directory.disconnected", subject, before });
  return { made: { changed, ...counts }, letters };
}

const FROM_IT = { not: "hand" } as const;

async function endGroups(tx: Tx, ctx: Ctx): Promise<number> {
  const where = { tenantId: ctx.tenant.id, origin: FROM_IT };
  const groups = await tx.memberGroup.findMany({ where, orderBy: { id: "asc" } });
  for (const group of groups) {
    await demandWhereItGives(tx, ctx, { group, capability: "entitlement.revoke" });
    await endGroup(tx, ctx, group);
  }
  return groups.length;
}

async function keepGroups(tx: Tx, ctx: Ctx): Promise<number> {
  const where = { tenantId: ctx.tenant.id, origin: FROM_IT };
  const { count } = await tx.memberGroup.updateMany({ where, data: { origin: "hand", externalId: null } });
  return count;
}
