import { db } from "#lib/db/index.ts";
import type { Fixture } from "./fresh-tenant.ts";

/** Puts a policy of access in force that names signers, as the policies' own room does; a second time, its next version. */
export async function nameSigners(
  { tenant }: Pick<Fixture, "tenant">,
  signers: Record<string, { publicKey: string }>,
  { signedFiles = false } = {},
): Promise<void> {
  const of = { tenantId: tenant.id, kind: "access" } as const;
  const policy =
    (await db().policy.findFirst({ where: of })) ?? (await db().policy.create({ data: { ...of, name: "House" } }));
  await archiveSigners({ tenant });
  const number = 1 + (await db().policyVersion.count({ where: { policyId: policy.id } }));
  const document = {
    ...{ graceDays: 7, endlessTokens: true, tokenDaysMax: null, secondFactor: false, signedFiles },
    signers: Object.entries(signers).map(([name, { publicKey }]) => ({ name, publicKey })),
  };
  const made = { createdBy: "system", activatedAt: new Date(), activatedBy: "system" };
  await db().policyVersion.create({ data: { ...of, policyId: policy.id, number, state: "active", document, ...made } });
}

/** Takes it out of force. */
export async function archiveSigners({ tenant }: Pick<Fixture, "tenant">): Promise<void> {
  const archived = { state: "archived", archivedAt: new Date(), archivedBy: "system" } as const;
  await db().policyVersion.updateMany({ where: { tenantId: tenant.id, state: "active" }, data: archived });
}
