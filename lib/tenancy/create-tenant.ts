import { z } from "zod";
import { type Actor, type CapabilityDecision, LAST_ROLE } from "#lib/access/index.ts";
import { record, recordDenial } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import { env } from "../env.ts";
import { AppError, conflict, invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { TenantName, TenantSlug } from "./slug.ts";

export const CreateTenant = z.strictObject({
  slug: TenantSlug,
  name: TenantName,
  /** The first owner, where the system registers it; a person becomes the owner of what they register. */
  ownerId: z.uuid("is not an id").optional(),
});

interface By {
  actor: Actor;
  requestId: string;
}

const ALLOWED = { allowed: true } as const;
const NOT_OPEN = {
  allowed: false,
  reason: "Only the instance's admins register workspaces here. Ask one of them to register yours.",
} as const;

/** Whether the actor may register a tenant: an instance admin may, and everyone where OPEN_TENANTS says so. */
export async function decideCreatingTenants({ actor }: Pick<By, "actor">): Promise<CapabilityDecision> {
  if (actor.type === "system") return ALLOWED;
  if (actor.type !== "user") return NOT_OPEN;
  if (env().OPEN_TENANTS) return ALLOWED;
  const select = { isInstanceAdmin: true } as const;
  const user = await query((db) => db.user.findUnique({ where: { id: actor.id }, select }));
  return user?.isInstanceAdmin ? ALLOWED : NOT_OPEN;
}

/**
 * Makes a tenant and its first owner.
 * @throws forbidden for who may not; conflict where the slug was ever issued, to a deleted tenant too; not_found for an
 * unknown owner; invalid
 */
export async function createTenant(
  by: By,
  input: z.input<typeof CreateTenant>,
): Promise<{ id: string; slug: string; name: string }> {
  await demandCreating(by);
  const { slug, name, ...given } = parse(CreateTenant, input);
  const ownerId = ownerOf(by.actor, given.ownerId);
  return transaction(async (tx) => {
    const owner = await tx.user.findUnique({ where: { id: ownerId }, select: { email: true } });
    if (!owner) throw notFound("user");
    if (await tx.tenant.findUnique({ where: { slug } })) {
      const fields = { slug: "is taken, or was once: choose another" };
      throw conflict(`The short name ${slug} ${fields.slug}.`, { fields });
    }
    const memberships = { create: { userId: ownerId, role: LAST_ROLE } };
    const tenant = await tx.tenant.create({ data: { slug, name, memberships } });
    const subject = { type: "tenant", id: tenant.id, label: slug };
    const after = { slug, name, owner: owner.email };
    await record(tx, { ...by, tenant }, { action: "tenant.created", subject, after });
    return { id: tenant.id, slug, name };
  });
}

async function demandCreating(by: By): Promise<void> {
  const decision = await decideCreatingTenants(by);
  if (decision.allowed) return;
  await recordDenial({ ...by, tenant: null }, { action: "tenant.create", reason: decision.reason });
  throw new AppError("forbidden", decision.reason, { reason: "tenant.create" });
}

function ownerOf(actor: Actor, given: string | undefined): string {
  const ownerId = actor.type === "user" ? actor.id : given;
  if (!ownerId) throw invalid({ ownerId: "is missing" });
  if (given && given !== ownerId) throw invalid({ ownerId: "must be you: invite others to the team afterwards" });
  return ownerId;
}
