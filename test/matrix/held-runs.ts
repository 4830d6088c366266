import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import type { Fixture } from "#lib/testing/index.ts";

interface Of {
  fixture: Fixture;
}

/** Of a kind that no worker does. */
export const aRun = async ({ fixture }: Of) => {
  const capabilities = { viewCapability: "provider.view", startCapability: "provider.syncInventory" };
  const about = { kind: `matrix.${newId()}`, label: "Matrix", startedBy: "system", startedByLabel: "Purser" };
  const data = { tenantId: fixture.tenant.id, ...about, ...capabilities, requestId: "matrix" };
  return (await db().operationRun.create({ data })).id;
};

/** A snapshot that is under way for good in a tenant: whoever asks for one is told of that, and no worker takes another. */
export async function holdSnapshots({ fixture }: Of): Promise<void> {
  const id = await aRun({ fixture });
  const busy = { state: "running", leaseUntil: new Date(Date.now() + 86_400_000) } as const;
  await db().operationRun.update({ where: { id }, data: { kind: "snapshot.take", ...busy } });
}
