import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { giveToGroup, setGroupRole } from "#lib/entitlements/index.ts";
import { filtered, freshTenant, newUser, patchOf, SCIM_GROUP, SCIM_USER, scimClient } from "#lib/testing/index.ts";
import { newId } from "../lib/ids.ts";
import { may, withDirectory } from "./scim.contract.ts";

const d = withDirectory({ product: { requiresEntitlement: true } });

/** Somebody with an account whom the directory has. */
async function person(client = d.scim) {
  const user = await newUser({ emailVerifiedAt: new Date() });
  const { body } = await client.send("POST", "/Users", { schemas: [SCIM_USER], userName: user.email });
  return { user, id: String(body.id) };
}

async function group(members: { id: string }[] = []) {
  const { status, body } = await d.scim.send("POST", "/Groups", {
    schemas: [SCIM_GROUP],
    displayName: `Group ${newId()}`,
    externalId: newId(),
    members: members.map(({ id }) => ({ value: id, display: "somebody" })),
  });
  expect(status).toBe(201);
  await giveToGroup(d.t.ctx, { groupId: body.id, productId: d.t.product.id });
  return body;
}

const membersOf = async (id: string) =>
  ((await d.scim.get(`/Groups/${id}`)).body.members ?? []).map(({ value }: { value: string }) => value).sort();

describe("Okta's requests for groups", () => {
  it("make, rename, fill, empty, replace and delete one, and access follows at once", async () => {
    const [ana, ben] = [await person(), await person()];
    const { id, displayName } = await group([ana]);
    expect([await may(d.t, ana.user), await may(d.t, ben.user)]).toEqual([true, false]);
    const rename = patchOf({ op: "replace", value: { id, displayName: `${displayName} renamed` } });
    expect((await d.scim.send("PATCH", `/Groups/${id}`, rename)).status).toBe(204);
    expect((await d.scim.get(`/Groups/${id}`)).body.displayName).toBe(`${displayName} renamed`);
    const move = patchOf(
      { op: "remove", path: `members[value eq "${ana.id}"]` },
      { op: "add", path: "members", value: [{ value: ben.id, display: "ben" }] },
    );
    expect((await d.scim.send("PATCH", `/Groups/${id}`, move)).status).toBe(204);
    expect([await may(d.t, ana.user), await may(d.t, ben.user)]).toEqual([false, true]);
    const whole = { schemas: [SCIM_GROUP], id, displayName, members: [{ value: ana.id }] };
    const put = await d.scim.send("PUT", `/Groups/${id}`, whole);
    expect([put.status, put.body.members]).toMatchObject([200, [{ value: ana.id, type: "User" }]]);
    expect([await may(d.t, ana.user), await may(d.t, ben.user)]).toEqual([true, false]);
    expect((await d.scim.send("DELETE", `/Groups/${id}`)).status).toBe(204);
    expect([await may(d.t, ana.user), (await d.scim.get(`/Groups/${id}`)).status]).toEqual([false, 404]);
  });

  it("replace all who are in it without a path", async () => {
    const [ana, ben] = [await person(), await person()];
    const { id } = await group([ana]);
    await d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "replace", value: { members: [{ value: ben.id }] } }));
    expect(await membersOf(id)).toEqual([ben.id]);
    await d.scim.send(
      "PATCH",
      `/Groups/${id}`,
      patchOf({ op: "replace", path: "members", value: [{ value: ana.id }] }),
    );
    expect(await membersOf(id)).toEqual([ana.id]);
    await d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "remove", path: "members" }));
    expect(await membersOf(id)).toEqual([]);
  });
});

describe("Entra ID's requests for groups", () => {
  it("find one without its members, add and remove by lists, in capitals", async () => {
    const [ana, ben, eve] = [await person(), await person(), await person()];
    const { id, displayName, externalId } = await group();
    const found = await d.scim.get(
      filtered("Groups", `displayName eq "${displayName}"`, "&excludedAttributes=members"),
    );
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id, displayName }] });
    expect(found.body.Resources[0]).not.toHaveProperty("members");
    const member = (who: { id: string }) => ({ $ref: null, value: who.id });
    const add = patchOf({ op: "Add", path: "members", value: [member(ana), member(ben), member(eve)] });
    expect((await d.scim.send("PATCH", `/Groups/${id}`, add)).status).toBe(204);
    expect(await membersOf(id)).toEqual([ana.id, ben.id, eve.id].sort());
    await d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "Remove", path: "members", value: [member(ana)] }));
    await d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "Remove", path: `members[value eq "${ben.id}"]` }));
    expect(await membersOf(id)).toEqual([eve.id]);
    const both = `id eq "${id}" and members[value eq "${eve.id}"]`;
    expect((await d.scim.get(filtered("Groups", both))).body.totalResults).toBe(1);
    expect((await d.scim.get(filtered("Groups", `externalId eq "${externalId}"`))).body.totalResults).toBe(1);
    const rename = patchOf({ op: "Replace", path: "displayName", value: `${displayName} 2` });
    expect((await d.scim.send("PATCH", `/Groups/${id}`, rename)).status).toBe(204);
    expect((await d.scim.get(`/Users/${eve.id}`)).body.groups).toMatchObject([
      { value: id, display: `${displayName} 2` },
    ]);
  });
});

describe("a group of the directory", () => {
  it("is left by who is deactivated, and joined again by who is active again, with what it gives", async () => {
    const ana = await person();
    const { id } = await group([ana]);
    await setGroupRole(d.t.ctx, { groupId: id, role: "readonly" });
    const invitation = { tenantId: d.t.tenant.id, email: ana.user.email };
    await db().invitation.updateMany({ where: invitation, data: { acceptedAt: new Date() } });
    const active = (value: boolean) =>
      d.scim.send("PATCH", `/Users/${ana.id}`, patchOf({ op: "replace", path: "active", value }));
    const role = async () =>
      (await db().tenantMembership.findFirst({ where: { tenantId: d.t.tenant.id, userId: ana.user.id } }))?.role;
    await active(false);
    await active(true);
    expect([await may(d.t, ana.user), await role()]).toEqual([true, "readonly"]);
    await active(false);
    expect([await may(d.t, ana.user), await role()]).toEqual([false, undefined]);
    expect(await db().entitlement.count({ where: { tenantId: d.t.tenant.id, sourceRef: id, revokedAt: null } })).toBe(
      0,
    );
    expect(await membersOf(id)).toEqual([ana.id]);
  });

  it("takes nobody who is no user of this directory, and says who that is, and nothing changes", async () => {
    const other = await freshTenant();
    const theirs = await person(await scimClient(other.ctx, d.plane.url));
    const { id } = await group();
    const before = await d.t.rows();
    for (const value of [theirs.id, newId(), "nobody", id]) {
      const answer = await d.scim.send(
        "PATCH",
        `/Groups/${id}`,
        patchOf({ op: "add", path: "members", value: [{ value }] }),
      );
      expect([answer.status, answer.body.scimType]).toEqual([400, "invalidValue"]);
      expect(answer.body.detail).toContain(value);
    }
    expect((await d.scim.send("POST", "/Groups", { schemas: [SCIM_GROUP] })).status).toBe(400);
    expect(await d.t.rows()).toEqual(before);
  });

  it("has a name of its own, also among those that were made by hand, which it can't reach", async () => {
    const byHand = await db().memberGroup.create({ data: { tenantId: d.t.tenant.id, name: "By hand" } });
    const taken = await d.scim.send("POST", "/Groups", { schemas: [SCIM_GROUP], displayName: "By hand" });
    expect([taken.status, taken.body.scimType]).toEqual([409, "uniqueness"]);
    expect((await d.scim.get(`/Groups/${byHand.id}`)).status).toBe(404);
    expect((await d.scim.send("DELETE", `/Groups/${byHand.id}`)).status).toBe(404);
    expect((await d.scim.get(filtered("Groups", 'displayName eq "By hand"'))).body.totalResults).toBe(0);
  });

  it("takes five thousand at once, in as many statements as five", async () => {
    const own = await freshTenant();
    const client = await scimClient(own.ctx, d.plane.url);
    const tenantId = own.tenant.id;
    const users = Array.from({ length: 5000 }, () => ({ id: newId(), email: `${newId()}@example.com` }));
    const members = users.map(({ id: userId }) => ({ id: newId(), tenantId, userId }));
    await db().user.createMany({ data: users });
    await db().member.createMany({ data: members });
    const people = members.map(({ id: memberId }, n) => {
      return { id: newId(), tenantId, memberId, userName: `u${n}`, userNameKey: `u${n}` };
    });
    await db().directoryUser.createMany({ data: people });
    const made = await client.send("POST", "/Groups", { schemas: [SCIM_GROUP], displayName: "Everybody" });
    const groupId = made.body.id;
    await giveToGroup(own.ctx, { groupId, productId: own.product.id });
    const value = people.map(({ id }) => ({ value: id }));
    const filled = await client.send("PATCH", `/Groups/${groupId}`, patchOf({ op: "Add", path: "members", value }));
    expect([filled.status, filled.body]).toEqual([204, null]);
    const standing = () => db().entitlement.count({ where: { tenantId, sourceRef: groupId, revokedAt: null } });
    expect(await standing()).toBe(5000);
    expect(await own.auditCount()).toBeLessThan(10);
    const half = value.slice(0, 2500);
    expect(
      (await client.send("PATCH", `/Groups/${groupId}`, patchOf({ op: "Remove", path: "members", value: half })))
        .status,
    ).toBe(204);
    expect(await standing()).toBe(2500);
    const { body } = await client.get(`/Groups/${groupId}`);
    expect(body.members).toHaveLength(2500);
  }, 180_000);
});
