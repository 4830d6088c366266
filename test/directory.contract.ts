import { beforeAll, expect } from "vitest";
import { db } from "#lib/db/index.ts";
import { saveClaimSettings } from "#lib/directory/index.ts";
import { setEnv } from "#lib/env.ts";
import { newId } from "#lib/ids.ts";
import { newUser, patchOf, SCIM_GROUP, SCIM_USER, type ScimClient, scimClient } from "#lib/testing/index.ts";
import { type Somebody, somebody, withWorld } from "./matrix/world.ts";

/** A server with a world, whose first tenant has a directory over SCIM and by Google's claim; its product is restricted. */
export const here = withWorld();
export const t = () => here().world.a.fixture;
/** A request of now. */
export const ctx = () => ({ ...t().ctx, now: new Date() });

let client: ScimClient;
export const scim = () => client;
beforeAll(async () => {
  await db().product.update({ where: { id: t().product.id }, data: { requiresEntitlement: true } });
  setEnv({ GOOGLE_CLIENT_ID: "id", GOOGLE_CLIENT_SECRET: "secret" });
  await saveClaimSettings(t().ctx, { provider: "google", claim: "groups" });
  client = await scimClient(t().ctx, here().server.url);
});

export interface Person extends Somebody {
  memberId: string;
  /** What the directory calls them. */
  scimId: string;
}

export const newName = () => `g${newId().slice(-12)}`;

export async function person({ inDirectory = false } = {}): Promise<Person> {
  const user = await newUser({ emailVerifiedAt: new Date() });
  const scimId = inDirectory
    ? (await client.send("POST", "/Users", { schemas: [SCIM_USER], userName: user.email })).body.id
    : "";
  if (!inDirectory) await db().member.create({ data: { tenantId: t().tenant.id, userId: user.id } });
  const key = { tenantId: t().tenant.id, userId: user.id };
  const { id: memberId } = await db().member.findUniqueOrThrow({ where: { tenantId_userId: key } });
  if (!inDirectory) {
    const standing = { tenantId: t().tenant.id, memberId, kind: "complimentary", status: "active" } as const;
    await db().subscription.create({ data: standing });
  }
  return { ...(await somebody(user)), memberId, scimId };
}

/** Makes a group over SCIM. */
export async function scimGroup(people: readonly Person[]): Promise<string> {
  const members = people.map(({ scimId: value }) => ({ value }));
  const made = await client.send("POST", "/Groups", { schemas: [SCIM_GROUP], displayName: newName(), members });
  expect(made.status).toBe(201);
  return made.body.id;
}

export const sent = async (answer: Promise<{ status: number }>) => expect((await answer).status).toBeLessThan(300);
export const inactive = patchOf({ op: "replace", path: "active", value: false });
export const logOf = (action: string) => db().auditEvent.count({ where: { tenantId: t().tenant.id, action } });
