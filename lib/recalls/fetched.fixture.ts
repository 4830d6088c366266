import type { Actor } from "#lib/access/index.ts";
import { flushPulls, notePull } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { flushDownloads, noteDownload, type ReadableFile } from "#lib/entitlements/index.ts";

interface Place {
  tenant: { id: string };
  product: { id: string };
  repository: { name: string };
}

/** Somebody who fetches. */
export interface By {
  actor: string;
  memberId?: string | null;
}

export const person = ({ userId, id }: { userId: string; id: string }): By => ({
  actor: `user:${userId}`,
  memberId: id,
});

export async function pulled(t: Place, digest: string, ...by: By[]): Promise<void> {
  const of = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: await repositoryOf(t), digest, tag: "v1" };
  for (const { actor, memberId = null } of by) notePull({ ...of, actor, memberId });
  await flushPulls();
}

export async function downloaded(t: Place, asset: { id: string; releaseId: string }, ...by: By[]): Promise<void> {
  for (const { actor, memberId = null } of by) {
    const [type = "", id = ""] = actor.split(":");
    const file = {
      tenantId: t.tenant.id,
      product: { id: t.product.id },
      release: { id: asset.releaseId },
      id: asset.id,
    };
    const found = { file, access: { actor: { type, id } as unknown as Actor, memberId } };
    noteDownload(found as unknown as ReadableFile, { byLink: false });
  }
  await flushDownloads();
}

export const repositoryOf = async (t: Place): Promise<string> =>
  (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;

/** Their address is proven. */
export const proven = (userId: string) =>
  db().user.update({ where: { id: userId }, data: { emailVerifiedAt: new Date() } });
