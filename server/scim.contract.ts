import { afterAll, beforeAll } from "vitest";
import { db } from "#lib/db/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import {
  asMember,
  type Fixture,
  freshTenant,
  newUser,
  SCIM_USER,
  type ScimClient,
  scimClient,
  type TenantOptions,
  type TestUser,
} from "#lib/testing/index.ts";
import { newId } from "../lib/ids.ts";
import { listenDataPlane } from "./listen-for-test.ts";

/** A tenant with a directory, asked through the data plane; the same for all tests of a file. */
export interface WithDirectory {
  plane: Awaited<ReturnType<typeof listenDataPlane>>;
  t: Fixture;
  scim: ScimClient;
}

/** Opens one before a file's tests, and closes it after them. What it gives is there once they begin. */
export function withDirectory(options?: TenantOptions): WithDirectory {
  const opened = {} as WithDirectory;
  beforeAll(async () => {
    opened.plane = await listenDataPlane();
    opened.t = await freshTenant(options);
    opened.scim = await scimClient(opened.t.ctx, opened.plane.url);
  });
  afterAll(() => opened.plane.close());
  return opened;
}

export const verified = () => newUser({ emailVerifiedAt: new Date() });

/** A user as Okta sends one. */
export const okta = (userName: string, more: object = {}) => ({
  schemas: [SCIM_USER],
  userName,
  name: { givenName: "Test", familyName: "User" },
  emails: [{ primary: true, value: userName, type: "work" }],
  displayName: "Test User",
  locale: "en-US",
  externalId: newId(),
  groups: [],
  password: "1mz050nq",
  active: true,
  ...more,
});

export const memberOf = (t: Fixture, { id: userId }: TestUser) =>
  db().member.findUnique({ where: { tenantId_userId: { tenantId: t.tenant.id, userId } } });

/** Whether somebody's next pull is answered. */
export const may = async (t: Fixture, { id: userId }: TestUser) =>
  (await decideAccess(asMember({ userId }), t.repository, "registry.pull")).decision.allowed;
