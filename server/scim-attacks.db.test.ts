import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { giveToGroup } from "#lib/entitlements/index.ts";
import { filtered, patchOf, SCIM_GROUP, SCIM_USER } from "#lib/testing/index.ts";
import { newId } from "../lib/ids.ts";
import { may, memberOf, verified, withDirectory } from "./scim.contract.ts";

const d = withDirectory({ product: { requiresEntitlement: true } });

const user = (userName: string, more: object = {}) =>
  d.scim.send("POST", "/Users", { schemas: [SCIM_USER], userName, ...more });
const group = async (...ids: string[]) => {
  const members = ids.map((value) => ({ value }));
  const { body } = await d.scim.send("POST", "/Groups", { schemas: [SCIM_GROUP], displayName: newId(), members });
  await giveToGroup(d.t.ctx, { groupId: body.id, productId: d.t.product.id });
  return String(body.id);
};
const membersOf = async (id: string) =>
  ((await d.scim.get(`/Groups/${id}`)).body.members ?? []).map(({ value }: { value: string }) => value).sort();
const replace = (path: string, value: unknown) => patchOf({ op: "replace", path, value });

describe("a PATCH", () => {
  it("of a hundred thousand members is refused whole, and the tenant waits for none of it", async () => {
    const ana = await verified();
    const { body } = await user(ana.email);
    const id = await group(body.id);
    const before = await d.t.rows();
    const ids = (count: number, text: string) => Array.from({ length: count }, () => text);
    for (const value of [ids(100_000, "x"), ids(100_000, "x").map((one) => ({ value: one })), ids(20_001, newId())]) {
      const answer = await d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "add", path: "members", value }));
      expect([400, 413]).toContain(answer.status);
    }
    expect(await d.t.rows()).toEqual(before);
    expect(await may(d.t, ana)).toBe(true);
  });

  it("and another one at once both hold: whoever joins by one and whoever leaves by the other", async () => {
    const people = await Promise.all(Array.from({ length: 6 }, verified));
    const ids = await Promise.all(people.map(async ({ email }) => String((await user(email)).body.id)));
    const id = await group(...ids.slice(0, 3));
    const answers = await Promise.all([
      ...ids
        .slice(3)
        .map((value) =>
          d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "Add", path: "members", value: [{ value }] })),
        ),
      ...ids
        .slice(0, 3)
        .map((value) =>
          d.scim.send("PATCH", `/Groups/${id}`, patchOf({ op: "Remove", path: `members[value eq "${value}"]` })),
        ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(204));
    expect(await membersOf(id)).toEqual(ids.slice(3).sort());
    expect(await Promise.all(people.map((one) => may(d.t, one)))).toEqual([false, false, false, true, true, true]);
  });

  it("of a person, and another one at once: the attributes of both are kept, and the last word on active holds", async () => {
    const ana = await verified();
    const { body } = await user(ana.email);
    const path = `/Users/${body.id}`;
    await Promise.all([
      d.scim.send("PATCH", path, replace("title", "Engineer")),
      d.scim.send("PATCH", path, replace("nickName", "An")),
      d.scim.send("PATCH", path, replace("active", false)),
    ]);
    expect((await d.scim.get(path)).body).toMatchObject({ title: "Engineer", nickName: "An", active: false });
    expect((await memberOf(d.t, ana))?.suspendedAt).not.toBeNull();
  });
});

describe("an address", () => {
  it("that a matched person is renamed to moves them to no other account, nor that account's access", async () => {
    const [ana, ben] = [await verified(), await verified()];
    const { body } = await user(ana.email);
    await group(body.id);
    await d.scim.send("PATCH", `/Users/${body.id}`, replace("userName", ben.email));
    const emails = [{ value: ben.email, primary: true, type: "work" }];
    await d.scim.send("PATCH", `/Users/${body.id}`, replace("emails", emails));
    expect([await may(d.t, ana), await may(d.t, ben), await memberOf(d.t, ben)]).toEqual([true, false, null]);
    const taken = await user(ben.email);
    expect([taken.status, taken.body.scimType]).toEqual([409, "uniqueness"]);
  });

  it("of another user of the directory is refused to a second one, in any case of its letters", async () => {
    const [ana, ben] = [await verified(), await verified()];
    await user(ana.email);
    const { body } = await user(ben.email);
    const answer = await d.scim.send("PATCH", `/Users/${body.id}`, replace("userName", ana.email.toUpperCase()));
    expect([answer.status, answer.body.scimType]).toEqual([409, "uniqueness"]);
    expect((await d.scim.get(`/Users/${body.id}`)).body.userName).toBe(ben.email);
  });

  it("that two people of the directory name stands for one: ending the other ends nothing", async () => {
    const ana = await verified();
    const emails = [{ value: ana.email, primary: true }];
    const [one, other] = [await user(newId(), { emails }), await user(newId(), { emails })];
    await group(one.body.id, other.body.id);
    await d.scim.send("DELETE", `/Users/${other.body.id}`);
    expect(await may(d.t, ana)).toBe(true);
    await d.scim.send("DELETE", `/Users/${one.body.id}`);
    expect(await may(d.t, ana)).toBe(false);
  });

  it("of an owner makes them a customer beside, and takes nothing from them on the team", async () => {
    const { owner } = d.t.users;
    await db().user.update({ where: { id: owner.id }, data: { emailVerifiedAt: new Date() } });
    const { body } = await user(owner.email, { active: true });
    await d.scim.send("PATCH", `/Users/${body.id}`, replace("active", false));
    await d.scim.send("DELETE", `/Users/${body.id}`);
    const key = { tenantId_userId: { tenantId: d.t.tenant.id, userId: owner.id } };
    expect((await db().tenantMembership.findUnique({ where: key }))?.role).toBe("owner");
    expect(await may(d.t, owner)).toBe(true);
  });
});

describe("an externalId", () => {
  it("that two have finds both: it is the directory's own, and no key here", async () => {
    const externalId = newId();
    const made = [await user(newId(), { externalId }), await user(newId(), { externalId })];
    expect(made.map(({ status }) => status)).toEqual([201, 201]);
    const found = await d.scim.get(filtered("Users", `externalId eq "${externalId}"`));
    expect(found.body.totalResults).toBe(2);
    expect((await d.scim.get(filtered("Users", `externalId eq "${externalId.toUpperCase()}"`))).body.totalResults).toBe(
      0,
    );
  });
});

describe("a page", () => {
  it("beyond the end is empty, and says how many there are", async () => {
    await user(newId());
    for (const query of ["startIndex=100000", "startIndex=999999999&count=200", "startIndex=2147483648", "count=0"]) {
      for (const kind of ["Users", "Groups"]) {
        const { status, body } = await d.scim.get(`/${kind}?${query}`);
        if (query.includes("2147483648")) expect([status, body.scimType]).toEqual([400, "invalidValue"]);
        else expect([status, body.Resources, body.itemsPerPage]).toEqual([200, [], 0]);
      }
    }
    expect((await d.scim.get("/Users?startIndex=100000")).body.totalResults).toBeGreaterThan(0);
  });
});
