import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { applyClaims, createClaimGroup, disconnectDirectory } from "#lib/directory/index.ts";
import {
  addToGroup,
  createGroup,
  deleteGroup,
  giveToGroup,
  grantEntitlement,
  removeFromGroup,
  takeFromGroup,
} from "#lib/entitlements/index.ts";
import { newId } from "#lib/ids.ts";
import { patchOf } from "#lib/testing/index.ts";
import { around, asks, kept } from "./around.ts";
import {
  ctx,
  here,
  inactive,
  logOf,
  newName,
  type Person,
  person,
  scim,
  scimGroup,
  sent,
  t,
} from "./directory.contract.ts";

const { pull, bearerFor } = asks(here);

interface Two {
  groupId: string;
  /** Has the product by the group alone. */
  one: Person;
  /** Was given it by hand besides. */
  other: Person;
}

async function giving(groupId: string, [one, other]: readonly [Person, Person]): Promise<Two> {
  await giveToGroup(ctx(), { groupId, productId: t().product.id });
  await grantEntitlement(ctx(), { memberId: other.memberId, productId: t().product.id });
  return { groupId, one, other };
}

async function byHand(): Promise<Two> {
  const people = [await person(), await person()] as const;
  const { id: groupId } = await createGroup(ctx(), { name: newName() });
  await addToGroup(ctx(), { groupId, memberIds: people.map(({ memberId }) => memberId) });
  return giving(groupId, people);
}

const signIn = ({ id, email }: Person, groups: string[]) =>
  applyClaims(id, { provider: "google", email, emailVerified: true, claims: { groups } }, { requestId: newId() });

async function byClaim(): Promise<Two> {
  const people = [await person(), await person()] as const;
  const value = newName();
  const { id: groupId } = await createClaimGroup(ctx(), { name: newName(), value });
  for (const one of people) await signIn(one, [value]);
  return giving(groupId, people);
}

async function byScim(): Promise<Two> {
  const people = [await person({ inDirectory: true }), await person({ inDirectory: true })] as const;
  return giving(await scimGroup(people), people);
}

const both = ({ one, other }: Two) => [one, other];

/** How access by a group ends, what the log then has, and whether it ends whatever else they were given. */
const ENDS: [
  name: string,
  make: () => Promise<Two>,
  end: (two: Two) => Promise<unknown>,
  logged: string,
  all?: "all",
][] = [
  [
    "taken out of a group by hand",
    byHand,
    (two) => removeFromGroup(ctx(), { groupId: two.groupId, memberIds: both(two).map(({ memberId }) => memberId) }),
    "group.membersRemoved",
  ],
  ["a group deleted by hand", byHand, ({ groupId }) => deleteGroup(ctx(), { groupId }), "group.deleted"],
  [
    "a product that the group no longer gives",
    byHand,
    ({ groupId }) => takeFromGroup(ctx(), { groupId, productId: t().product.id }),
    "group.productRemoved",
  ],
  [
    "a sign-in whose claim has the value no more",
    byClaim,
    (two) => Promise.all(both(two).map((one) => signIn(one, []))),
    "group.membersRemoved",
  ],
  ["a group of a claim deleted", byClaim, ({ groupId }) => deleteGroup(ctx(), { groupId }), "group.deleted"],
  [
    "SCIM: active set to false",
    byScim,
    (two) => Promise.all(both(two).map(({ scimId }) => sent(scim().send("PATCH", `/Users/${scimId}`, inactive)))),
    "directory.userDeactivated",
    "all",
  ],
  [
    "SCIM: a user deleted",
    byScim,
    (two) => Promise.all(both(two).map(({ scimId }) => sent(scim().send("DELETE", `/Users/${scimId}`)))),
    "directory.userDeleted",
    "all",
  ],
  [
    "SCIM: taken out of the group",
    byScim,
    ({ groupId }) => sent(scim().send("PATCH", `/Groups/${groupId}`, patchOf({ op: "Remove", path: "members" }))),
    "group.membersRemoved",
  ],
  [
    "SCIM: the group deleted",
    byScim,
    ({ groupId }) => sent(scim().send("DELETE", `/Groups/${groupId}`)),
    "group.deleted",
  ],
  [
    "SCIM: a product that the group no longer gives",
    byScim,
    ({ groupId }) => takeFromGroup(ctx(), { groupId, productId: t().product.id }),
    "group.productRemoved",
  ],
];

const handGrants = () =>
  db().entitlement.count({ where: { tenantId: t().tenant.id, source: "admin", revokedAt: null } });

async function ends(two: Two, end: () => Promise<unknown>, { logged, all }: { logged: string; all?: "all" }) {
  const [rows, given] = [await logOf(logged), await handGrants()];
  const seen = await around([pull(await bearerFor(two.one.token))], end, kept);
  expect(seen).toEqual({ before: new Set([200]), after: new Set([403]) });
  expect(await pull(await bearerFor(two.other.token))()).toBe(all ? 403 : 200);
  expect(await logOf(logged)).toBeGreaterThan(rows);
  expect(await handGrants()).toBe(given);
}

describe("what a group gave is over on every worker within a second, and nothing else is:", () => {
  for (const [name, make, end, logged, all] of ENDS) {
    it(name, async () => {
      const two = await make();
      await ends(two, () => end(two), { logged, all });
    });
  }
});

describe("a directory that is disconnected with its groups", () => {
  it("ends what they gave within a second, on every worker, and its client's next request is refused", async () => {
    const two = await byScim();
    const groups = await byClaim();
    await ends(two, () => disconnectDirectory(ctx(), { groups: "end" }), { logged: "directory.disconnected" });
    expect(await pull(await bearerFor(groups.one.token))()).toBe(403);
    expect((await scim().get("/Users")).status).toBe(401);
  });
});
