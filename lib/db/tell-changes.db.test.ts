import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, freshTenant, type Pushed, personalToken, pushImage } from "#lib/testing/index.ts";
import { env } from "../env.ts";
import { newId } from "../ids.ts";
import { db } from "./client.ts";

// The rows that a decision rests on, each with the key under which its change is told (lib/entitlements, lib/catalog/find.ts).
let listener: pg.Client;
let t: Fixture;
let image: Pushed;
let repository: { id: string };
let tokenId: string;
const heard: string[] = [];

beforeAll(async () => {
  t = await freshTenant({ product: { requiresEntitlement: true } });
  image = await pushImage(t.ctx, t.repository);
  repository = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
  tokenId = (await personalToken({ id: t.member.userId, email: "member@example.com" })).id;
  listener = new pg.Client({ connectionString: env().DATABASE_URL });
  await listener.connect();
  listener.on("notification", ({ payload = "" }) => heard.push(payload));
  await listener.query("LISTEN purser_changes");
});
afterAll(() => listener.end());

/** What was told by the time that `work` was committed. */
async function toldBy(work: () => Promise<unknown>): Promise<string[]> {
  heard.length = 0;
  await work();
  const end = `end:${newId()}`;
  await db().$executeRaw`SELECT pg_notify('purser_changes', ${end})`;
  while (!heard.includes(end)) await listener.query("SELECT 1");
  return heard.filter((key) => key !== end);
}

const grantOf = () => ({
  tenantId: t.tenant.id,
  memberId: t.member.id,
  productId: t.product.id,
  source: "admin" as const,
  sourceRef: newId(),
  grantedBy: "system",
});

const PASSKEY = { name: "Laptop", credentialId: newId(), publicKey: Buffer.from("key") };

const CHANGES: Record<string, { work: () => Promise<unknown>; key: () => string }> = {
  "a tenant's settings": {
    work: () => db().tenant.update({ where: { id: t.tenant.id }, data: { graceDays: 3 } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "how long a tenant takes tokens": {
    work: () => db().tenant.update({ where: { id: t.tenant.id }, data: { tokenDaysMax: 30 } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "that a team needs a second factor": {
    work: () => db().tenant.update({ where: { id: t.tenant.id }, data: { secondFactorRequired: true } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "a second factor": {
    work: () => db().user.update({ where: { id: t.member.userId }, data: { totpEnabledAt: new Date() } }),
    key: () => `user:${t.member.userId}`,
  },
  "a passkey": {
    work: () => db().passkey.create({ data: { userId: t.member.userId, ...PASSKEY } }),
    key: () => `user:${t.member.userId}`,
  },
  "a passkey's end": {
    work: () => db().passkey.deleteMany({ where: { userId: t.member.userId } }),
    key: () => `user:${t.member.userId}`,
  },
  "a tenant's archiving": {
    work: () => db().tenant.update({ where: { id: t.tenant.id }, data: { archivedAt: new Date() } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "a product's restriction": {
    work: () => db().product.update({ where: { id: t.product.id }, data: { requiresEntitlement: false } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "a new product": { work: () => t.addProduct(), key: () => `tenant:${t.tenant.id}` },
  "a new repository": {
    work: () =>
      db().repository.create({
        data: { tenantId: t.tenant.id, productId: t.product.id, name: `${t.repository.name}/${newId()}` },
      }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "a repository's upstream": {
    work: async () => {
      const of = { tenantId: t.tenant.id };
      const registry = await db().upstreamRegistry.create({ data: { ...of, name: "x", url: "https://x.example" } });
      const at = { repositoryId: repository.id, registryId: registry.id, path: "x" };
      await db().upstreamRepository.create({ data: { ...of, ...at } });
    },
    key: () => `tenant:${t.tenant.id}`,
  },
  "whether a pull is looked for upstream": {
    work: () => db().upstreamRepository.updateMany({ where: { tenantId: t.tenant.id }, data: { pullThrough: false } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "an upstream's end": {
    work: () => db().upstreamRegistry.deleteMany({ where: { tenantId: t.tenant.id } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "a recall": {
    work: async () => {
      const of = { tenantId: t.tenant.id, productId: t.product.id, repositoryId: repository.id, digest: image.digest };
      await db().recall.create({ data: { ...of, label: "x", reason: "x", recalledBy: "system" } });
    },
    key: () => `tenant:${t.tenant.id}`,
  },
  "a recall's end": {
    work: () => db().recall.updateMany({ where: { tenantId: t.tenant.id }, data: { liftedAt: new Date() } }),
    key: () => `tenant:${t.tenant.id}`,
  },
  "an image that a recall marks": {
    work: async () => {
      const { id: recallId } = await db().recall.findFirstOrThrow({ where: { tenantId: t.tenant.id } });
      const of = { tenantId: t.tenant.id, repositoryId: repository.id, digest: image.digest };
      await db().recalledImage.create({ data: { ...of, recallId } });
    },
    key: () => `tenant:${t.tenant.id}`,
  },
  "a token's scopes": {
    work: () => db().accessToken.update({ where: { id: tokenId }, data: { scopes: [] } }),
    key: () => `token:${tokenId}`,
  },
  "a token's end": {
    work: () => db().accessToken.update({ where: { id: tokenId }, data: { revokedAt: new Date() } }),
    key: () => `token:${tokenId}`,
  },
  "a token's deletion": {
    work: () => db().accessToken.delete({ where: { id: tokenId } }),
    key: () => `token:${tokenId}`,
  },
  "the end of all sessions": {
    work: () => db().user.update({ where: { id: t.member.userId }, data: { sessionVersion: 7 } }),
    key: () => `user:${t.member.userId}`,
  },
  "a role": {
    work: () =>
      db().tenantMembership.create({ data: { tenantId: t.tenant.id, userId: t.member.userId, role: "readonly" } }),
    key: () => `user:${t.member.userId}`,
  },
  "a role's change": {
    work: () => db().tenantMembership.updateMany({ where: { userId: t.member.userId }, data: { role: "operator" } }),
    key: () => `user:${t.member.userId}`,
  },
  "a role's end": {
    work: () => db().tenantMembership.deleteMany({ where: { userId: t.member.userId } }),
    key: () => `user:${t.member.userId}`,
  },
  "a member's suspension": {
    work: () => db().member.update({ where: { id: t.member.id }, data: { suspendedAt: new Date() } }),
    key: () => `user:${t.member.userId}`,
  },
  "a subscription": {
    work: () => db().subscription.updateMany({ where: { memberId: t.member.id }, data: { status: "canceled" } }),
    key: () => `member:${t.member.id}`,
  },
  "a grant": { work: () => db().entitlement.create({ data: grantOf() }), key: () => `member:${t.member.id}` },
  "a grant's end": {
    work: () => db().entitlement.updateMany({ where: { memberId: t.member.id }, data: { revokedAt: new Date() } }),
    key: () => `member:${t.member.id}`,
  },
  "a blob's place": {
    work: () => db().blob.update({ where: { digest: image.layer }, data: { state: "deleting" } }),
    key: () => `bytes:${image.layer}`,
  },
  "a tag's end": {
    work: () => db().tag.deleteMany({ where: { repositoryId: repository.id } }),
    key: () => `tag:${repository.id}:latest`,
  },
  "a manifest's end": {
    work: () => db().manifest.deleteMany({ where: { repositoryId: repository.id } }),
    key: () => `manifest:${repository.id}:${image.digest}`,
  },
  "a blob's last reference": {
    work: async () => {
      image = await pushImage(t.ctx, t.repository);
      await db().manifestReference.deleteMany({ where: { repositoryId: repository.id, digest: image.layer } });
    },
    key: () => `blob:${repository.id}:${image.layer}`,
  },
  "a blob's end in a repository": {
    work: () => db().repositoryBlob.deleteMany({ where: { repositoryId: repository.id } }),
    key: () => `blob:${repository.id}:${image.layer}`,
  },
};

describe("whoever keeps what a decision rests on is told of", () => {
  it.each(Object.keys(CHANGES))("%s", async (name) => {
    const change = CHANGES[name];
    if (!change) throw new Error("no such change");
    expect(await toldBy(change.work)).toContain(change.key());
  });

  it("nothing where nothing changed that a decision reads", async () => {
    const token = await personalToken({ id: t.member.userId, email: "member@example.com" });
    const told = await toldBy(async () => {
      await db().accessToken.update({ where: { id: token.id }, data: { lastUsedAt: new Date() } });
      await db().user.update({ where: { id: t.member.userId }, data: { name: "Ana" } });
      await db().repository.update({ where: { id: repository.id }, data: { createdAt: new Date() } });
    });
    expect(told).toEqual([]);
  });

  it("nothing of what was undone", async () => {
    const told = await toldBy(() =>
      db()
        .$transaction(async (tx) => {
          await tx.member.update({ where: { id: t.member.id }, data: { suspendedAt: null } });
          throw new Error("undone");
        })
        .catch(() => undefined),
    );
    expect(told).toEqual([]);
  });
});
