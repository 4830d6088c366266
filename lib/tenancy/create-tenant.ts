import { z } from "zod";
import type { Actor } from "#lib/access/index.ts";
import { record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import { parse } from "../parse.ts";
import { TenantSlug } from "./slug.ts";

export const CreateTenant = z.strictObject({
  slug: TenantSlug,
  name: z.string().trim().min(1, "is missing").max(100),
  ownerId: z.uuid(),
});

/**
 * Makes a tenant and its first owner. For instance admins and the seed; there is no page for it yet.
 * @throws conflict where the slug was ever issued; invalid
 */
export async function createTenant(
  by: { actor: Actor; requestId: string },
  input: z.input<typeof CreateTenant>,
): Promise<{ id: string; slug: string; name: string }> {
  const { slug, name, ownerId } = parse(CreateTenant, input);
  return transaction(async (tx) => {
    if (await tx.tenant.findUnique({ where: { slug } })) throw conflict(`The name ${slug} is taken.`);
    const tenant = await tx.tenant.create({
      data: { slug, name, memberships: { create: { userId: ownerId, role: "owner" } } },
    });
    await record(
      tx,
      { ...by, tenant },
      {
        action: "tenant.created",
        subject: { type: "tenant", id: tenant.id, label: slug },
        after: { slug, name, owner: ownerId },
      },
    );
    return { id: tenant.id, slug, name };
  });
}
