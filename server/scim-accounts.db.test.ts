import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { suspendMember, unsuspendMember } from "#lib/tenancy/index.ts";
import { filtered, freshTenant, newUser, patchOf, SCIM_USER, scimClient } from "#lib/testing/index.ts";
import { newId } from "../lib/ids.ts";
import { may, memberOf, okta, verified, withDirectory } from "./scim.contract.ts";

const d = withDirectory();

describe("a directory", () => {
  it("never touches the account, and says the same whether there is one", async () => {
    const person = await verified();
    const before = await db().user.findUniqueOrThrow({ where: { id: person.id } });
    const stranger = `${newId()}@example.com`;
    const unproven = await newUser();
    const [one, two, three] = await Promise.all(
      [person.email, stranger, unproven.email].map((email) => d.scim.send("POST", "/Users", okta(email))),
    );
    const shape = (answer = one) => [answer?.status, Object.keys(answer?.body)];
    expect(shape(two)).toEqual(shape(one));
    expect(shape(three)).toEqual(shape(one));
    await d.scim.send("PUT", `/Users/${one?.body.id}`, okta(`new-${person.email}`, { displayName: "Mallory" }));
    expect(await db().user.findUniqueOrThrow({ where: { id: person.id } })).toEqual(before);
    expect(await db().user.findUnique({ where: { email: stranger } })).toBeNull();
    expect(await memberOf(d.t, unproven)).toBeNull();
  });

  it("ends its own suspension and no other", async () => {
    const person = await verified();
    const { body } = await d.scim.send("POST", "/Users", okta(person.email));
    const member = await memberOf(d.t, person);
    const memberId = member?.id ?? "";
    const active = (value: boolean) =>
      d.scim.send("PATCH", `/Users/${body.id}`, patchOf({ op: "replace", value: { active: value } }));
    await suspendMember(d.t.ctx, { memberId, reason: "did not pay" });
    await active(false);
    await active(true);
    expect(await may(d.t, person)).toBe(false);
    await unsuspendMember(d.t.ctx, { memberId });
    await active(false);
    await unsuspendMember(d.t.ctx, { memberId });
    await suspendMember({ ...d.t.ctx, now: new Date(Date.now() + 5000) }, { memberId, reason: "again" });
    await active(true);
    expect(await may(d.t, person)).toBe(false);
  });

  it("leaves a customer alone whom it had as inactive from the start", async () => {
    const person = await verified();
    await db().member.create({ data: { tenantId: d.t.tenant.id, userId: person.id } });
    await d.scim.send("POST", "/Users", okta(person.email, { active: false }));
    expect((await memberOf(d.t, person))?.suspendedAt).toBeNull();
  });

  it("is read in pages, sorted, and as far as is asked for", async () => {
    const own = await freshTenant();
    const client = await scimClient(own.ctx, d.plane.url);
    for (const name of ["c", "a", "e", "b", "d"])
      await client.send("POST", "/Users", { schemas: [SCIM_USER], userName: name });
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= 5; startIndex += 2) {
      const { body } = await client.get(`/Users?startIndex=${startIndex}&count=2&sortBy=userName&sortOrder=descending`);
      expect(body).toMatchObject({ totalResults: 5, startIndex });
      seen.push(...body.Resources.map(({ userName }: { userName: string }) => userName));
    }
    expect(seen).toEqual(["e", "d", "c", "b", "a"]);
    expect((await client.get("/Users?count=0")).body).toMatchObject({ totalResults: 5, Resources: [] });
    const { body } = await client.get(filtered("Users", 'userName eq "a"', "&attributes=userName"));
    expect(Object.keys(body.Resources[0]).sort()).toEqual(["id", "schemas", "userName"]);
    const names = async (filter: string) =>
      (await client.get(filtered("Users", filter))).body.Resources.map((one: { userName: string }) => one.userName);
    expect(await names('userName sw "A" or (userName eq "b" and active eq "True")')).toEqual(["a", "b"]);
    expect(await names('not (userName gt "a")')).toEqual(["a"]);
    expect(await names('userName eq "_"')).toEqual([]);
    expect(await names('userName co "%"')).toEqual([]);
    expect(await names("externalId pr")).toEqual([]);
  });
});
