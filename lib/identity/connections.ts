import { z } from "zod";
import { query, transaction } from "#lib/db/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import type { AccountCtx } from "../context.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { keepChallenge, takeChallenge } from "./challenges.ts";
import { changedLetter } from "./letters.ts";
import { demandOwner, recordOwn } from "./own.ts";
import { configuredProviders, findProvider, type Provider } from "./providers.ts";
import { lockOwn } from "./users.ts";
import { demandAnotherWayIn } from "./ways-in.ts";

/** A provider that the instance offers, and whether somebody's account is connected with it. */
export interface Connection {
  id: string;
  name: string;
  connected: boolean;
}

export const ChangeConnection = z.strictObject({
  provider: z.string().max(20),
  currentPassword: z.string().optional(),
});

export async function listConnections({ actor }: AccountCtx): Promise<Connection[]> {
  const providers = configuredProviders();
  if (providers.length === 0) return [];
  const where = { userId: actor.id, provider: { in: providers.map(({ key }) => key) } };
  const held = await query((db) => db.account.findMany({ where, select: { provider: true } }));
  return providers.map(({ id, name, key }) => ({ id, name, connected: held.some(({ provider }) => provider === key) }));
}

/**
 * Notes that this browser is about to come back from a provider to be connected. Without the note, who comes back signs
 * in: nobody's account is connected by following a link.
 * @throws not_found for a provider that is not offered; invalid for a wrong password
 */
export async function startConnecting(
  ctx: AccountCtx,
  input: z.input<typeof ChangeConnection>,
  at: { address: string; sessionId: string },
): Promise<void> {
  const { provider, currentPassword } = parse(ChangeConnection, input);
  const { id } = offered(provider);
  await demandOwner(ctx, { currentPassword, address: at.address });
  await takeChallenge("connect", noteOf(id, at.sessionId));
  await keepChallenge("connect", noteOf(id, at.sessionId));
}

/** Whether that note was made for the session; it is used up. */
export async function isConnecting(provider: string, sessionId: string): Promise<boolean> {
  return takeChallenge("connect", noteOf(provider, sessionId));
}

/** Connects an account at a provider with somebody's own, and tells the owner. @throws not_found; conflict where it is another's */
export async function connectProvider(
  ctx: AccountCtx,
  { provider: id, accountId: providerAccountId }: { provider: string; accountId: string },
): Promise<void> {
  const { key: provider, name } = offered(id);
  const changed = await transaction(async (tx) => {
    const { id: userId } = await lockOwn(tx, ctx.actor.id);
    if (await tx.account.findFirst({ where: { userId, provider, NOT: { providerAccountId } } }))
      throw conflict(`Another account at ${name} is connected. Disconnect it first.`, { reason: "provider_another" });
    const row = { userId, type: "oauth", provider, providerAccountId };
    const { count } = await tx.account.createMany({ data: [row], skipDuplicates: true });
    const held = { provider_providerAccountId: { provider, providerAccountId } };
    const { userId: holder } = await tx.account.findUniqueOrThrow({ where: held });
    if (holder !== userId)
      throw conflict(`That account at ${name} is connected with another account here.`, {
        reason: "provider_taken",
      });
    if (count > 0) await recordOwn(tx, ctx, { action: "provider.connected", after: { provider: id } });
    return count > 0;
  });
  if (changed) sendMailLater(changedLetter(ctx.actor.email, `${name} was connected: it opens the account now.`));
}

/** Ends a connection, and tells the owner. @throws not_found; invalid for a wrong password; conflict for the last way in */
export async function disconnectProvider(
  ctx: AccountCtx,
  input: z.input<typeof ChangeConnection>,
  from: { address: string },
): Promise<void> {
  const { provider: id, currentPassword } = parse(ChangeConnection, input);
  const { key, name } = offered(id);
  await demandOwner(ctx, { currentPassword, address: from.address });
  await transaction(async (tx) => {
    const user = await lockOwn(tx, ctx.actor.id);
    const where = { userId: user.id, provider: key };
    if ((await tx.account.count({ where })) === 0) throw notFound("connection");
    await demandAnotherWayIn(tx, user);
    await tx.account.deleteMany({ where });
    await recordOwn(tx, ctx, { action: "provider.disconnected", before: { provider: id } });
  });
  sendMailLater(changedLetter(ctx.actor.email, `${name} was disconnected: it no longer opens the account.`));
}

function offered(id: string): Provider {
  const provider = findProvider(id);
  if (!provider) throw notFound("provider");
  return provider;
}

function noteOf(provider: string, sessionId: string): string {
  return `${provider}:${sessionId}`;
}
