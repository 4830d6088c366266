import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type Directory, type MemberGroup, query, transaction } from "#lib/db/index.ts";
import { configuredProviders, type Provider } from "#lib/identity/index.ts";
import { lockTenant } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, invalid } from "../errors.ts";
import { parse } from "../parse.ts";

/** The providers whose sign-ins bring claims: those that speak OpenID Connect. */
export function claimProviders(): Pick<Provider, "key" | "name" | "issuer">[] {
  return configuredProviders().flatMap(({ key, name, issuer }) => (issuer ? [{ key, name, issuer }] : []));
}

export const ClaimSettings = z.strictObject({
  /** A provider's key; null: no claim counts. */
  provider: z.string().max(500).nullable(),
  claim: z.string().trim().min(1, "is missing").max(200),
});

/**
 * Says whose claim says who is in which group. Who is in them changes with each person's next sign-in.
 * @throws forbidden without `provider.manage`; invalid for a provider that is not offered here
 */
export async function saveClaimSettings(ctx: Ctx, input: z.input<typeof ClaimSettings>): Promise<{ changed: boolean }> {
  await demand(ctx, "provider.manage");
  const { provider, claim } = parse(ClaimSettings, input);
  if (provider && !claimProviders().some(({ key }) => key === provider)) {
    throw invalid({ provider: "is no OpenID Connect provider of this instance" });
  }
  const tenantId = ctx.tenant.id;
  return transaction(async (tx) => {
    await lockTenant(tx, tenantId);
    const before = await tx.directory.findUnique({ where: { tenantId } });
    if ((before?.claimProvider ?? null) === provider && before?.claim === claim) return { changed: false };
    const data = { claimProvider: provider, claim };
    await tx.directory.upsert({ where: { tenantId }, create: { tenantId, ...data }, update: data });
    const subject = { type: "directory", id: tenantId, label: "claims at sign-in" };
    const was = before && { provider: before.claimProvider, claim: before.claim };
    await record(tx, ctx, {
      action: "directory.claimsChanged",
      subject,
      ...(was && { before: was }),
      after: { provider, claim },
    });
    return { changed: true };
  });
}

export const CreateClaimGroup = z.strictObject({
  name: z.string().trim().min(1, "is missing").max(100),
  /** What the claim has for who is in it. */
  value: z.string().trim().min(1, "is missing").max(256),
});

/**
 * Makes a group of those members whose claim has a value. It is empty until they sign in.
 * @throws forbidden without `group.manage`; conflict where a group has the name or the value; invalid
 */
export async function createClaimGroup(ctx: Ctx, input: z.input<typeof CreateClaimGroup>): Promise<MemberGroup> {
  await demand(ctx, "group.manage");
  const { name, value } = parse(CreateClaimGroup, input);
  const tenantId = ctx.tenant.id;
  return transaction(async (tx) => {
    await lockTenant(tx, tenantId);
    const taken = await tx.memberGroup.findFirst({
      where: { tenantId, OR: [{ name }, { origin: "claim", externalId: value }] },
    });
    if (taken?.name === name) throw conflict(`There is a group called ${name} already.`);
    if (taken) throw conflict(`The group ${taken.name} follows ${value} already.`);
    const group = await tx.memberGroup.create({ data: { tenantId, name, origin: "claim", externalId: value } });
    const subject = { type: "group", id: group.id, label: name };
    await record(tx, ctx, { action: "group.created", subject, after: { name, origin: "claim", value } });
    return group;
  });
}

/** What a tenant's directory is set to; null where nobody set anything. @throws forbidden without `provider.view` */
export async function viewDirectory(ctx: Ctx): Promise<Directory | null> {
  await demand(ctx, "provider.view");
  return query((db) => db.directory.findUnique({ where: { tenantId: ctx.tenant.id } }));
}
