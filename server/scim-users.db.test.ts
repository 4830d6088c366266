import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { filtered, patchOf, SCIM_USER } from "#lib/testing/index.ts";
import { may, memberOf, okta, verified, withDirectory } from "./scim.contract.ts";

const d = withDirectory();

// https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/ and Okta's "SCIM 2.0 SPEC Test".
describe("Okta's requests for users", () => {
  it("find nobody, make somebody, find, read and list them, and are refused a second time", async () => {
    const person = await verified();
    const none = await d.scim.get(filtered("Users", `userName eq "${person.email}"`, "&startIndex=1&count=100"));
    expect([none.status, none.body]).toEqual([
      200,
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        totalResults: 0,
        startIndex: 1,
        itemsPerPage: 0,
        Resources: [],
      },
    ]);
    const made = await d.scim.send("POST", "/Users", okta(person.email));
    expect(made.status).toBe(201);
    expect(made.headers.get("content-type")).toBe("application/scim+json");
    expect(made.headers.get("location")).toBe(made.body.meta.location);
    expect(made.body).toMatchObject({
      schemas: [SCIM_USER],
      userName: person.email,
      active: true,
      name: { givenName: "Test", familyName: "User" },
      locale: "en-US",
      meta: { resourceType: "User", location: expect.stringContaining(`/scim/v2/${d.t.tenant.slug}/Users/`) },
    });
    expect(JSON.stringify(made.body)).not.toContain("1mz050nq");
    const again = await d.scim.send("POST", "/Users", okta(person.email.toUpperCase()));
    expect([again.status, again.body]).toEqual([
      409,
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        status: "409",
        scimType: "uniqueness",
        detail: expect.stringContaining("already"),
        requestId: expect.any(String),
      },
    ]);
    expect((await d.scim.get(`/Users/${made.body.id}`)).body).toEqual(made.body);
    const found = await d.scim.get(filtered("Users", `userName eq "${person.email.toUpperCase()}"`));
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: made.body.id }] });
    const page = await d.scim.get("/Users?count=1&startIndex=1");
    expect(page.body).toMatchObject({ startIndex: 1, itemsPerPage: 1, totalResults: expect.any(Number) });
    const unknown = await d.scim.get("/Users/010101001010101011001010101011");
    expect([unknown.status, unknown.body.schemas]).toEqual([404, ["urn:ietf:params:scim:api:messages:2.0:Error"]]);
  });

  it("change the whole of somebody, and keep nothing that is left out", async () => {
    const person = await verified();
    const { body } = await d.scim.send("POST", "/Users", okta(person.email));
    const { locale: _, ...rest } = okta(person.email, { name: { givenName: "Other", familyName: "User" } });
    const put = await d.scim.send("PUT", `/Users/${body.id}`, { ...rest, id: body.id });
    expect([put.status, put.body.name.givenName, put.body.locale]).toEqual([200, "Other", undefined]);
    expect(put.body.id).toBe(body.id);
  });

  it("that deactivate somebody end their access with the next pull, and give it back when they are active again", async () => {
    const person = await verified();
    const { body } = await d.scim.send("POST", "/Users", okta(person.email));
    expect(await may(d.t, person)).toBe(true);
    const off = await d.scim.send("PATCH", `/Users/${body.id}`, patchOf({ op: "replace", value: { active: false } }));
    expect([off.status, off.body.active]).toEqual([200, false]);
    expect(await may(d.t, person)).toBe(false);
    const member = await memberOf(d.t, person);
    const where = { tenantId: d.t.tenant.id, action: "member.suspended", subjectId: member?.id };
    expect(await db().auditEvent.findFirst({ where })).toMatchObject({
      actorLabel: "robot directory (SCIM)",
      reason: "deactivated in the directory",
    });
    await d.scim.send("PATCH", `/Users/${body.id}`, patchOf({ op: "replace", value: { active: true } }));
    expect(await may(d.t, person)).toBe(true);
  });
});

// https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
describe("Entra ID's requests for users", () => {
  const entra = (userName: string) => ({
    schemas: [SCIM_USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    externalId: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    userName,
    active: true,
    displayName: "BillG",
    emails: [{ primary: true, type: "work", value: userName }],
    meta: { resourceType: "User" },
    name: { formatted: "Ryan Leenay", familyName: "Leenay", givenName: "Ryan" },
    roles: [],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department: "Sales", employeeNumber: "12" },
  });

  it("change parts in capitals, by a filter in the path, with yes and no as text", async () => {
    const person = await verified();
    const { body } = await d.scim.send("POST", "/Users", entra(person.email));
    const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    expect(body[enterprise]).toEqual({ department: "Sales", employeeNumber: "12" });
    const patched = await d.scim.send(
      "PATCH",
      `/Users/${body.id}`,
      patchOf(
        { op: "Replace", path: 'emails[type eq "work"].value', value: "updated@example.com" },
        { op: "Replace", path: "name.familyName", value: "updatedFamilyName" },
        { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value: "+1 555" },
        { op: "Replace", path: `${enterprise}:department`, value: "Support" },
        { op: "Remove", path: "displayName" },
      ),
    );
    expect([patched.status, patched.body]).toMatchObject([
      200,
      {
        emails: [{ primary: true, type: "work", value: "updated@example.com" }],
        name: { familyName: "updatedFamilyName", givenName: "Ryan" },
        phoneNumbers: [{ type: "mobile", value: "+1 555" }],
        [enterprise]: { department: "Support", employeeNumber: "12" },
      },
    ]);
    expect(patched.body.displayName).toBeUndefined();
  });

  it("soft-delete, restore and delete somebody, who is the same when they come back", async () => {
    const person = await verified();
    const { body } = await d.scim.send("POST", "/Users", entra(person.email));
    const active = (value: unknown) =>
      d.scim.send("PATCH", `/Users/${body.id}`, patchOf({ op: "Replace", path: "active", value }));
    expect((await active("False")).body.active).toBe(false);
    expect(await may(d.t, person)).toBe(false);
    const found = await d.scim.get(filtered("Users", `userName eq "${person.email}"`));
    expect(found.body.Resources).toMatchObject([{ active: false }]);
    expect((await active("True")).body.active).toBe(true);
    expect(await may(d.t, person)).toBe(true);
    const member = await memberOf(d.t, person);
    expect((await d.scim.send("DELETE", `/Users/${body.id}`)).status).toBe(204);
    expect(await may(d.t, person)).toBe(false);
    expect((await d.scim.send("DELETE", `/Users/${body.id}`)).status).toBe(404);
    expect(
      (await d.scim.send("PATCH", `/Users/${body.id}`, patchOf({ op: "Replace", path: "active", value: true }))).status,
    ).toBe(404);
    expect((await d.scim.send("POST", "/Users", entra(person.email))).status).toBe(201);
    expect(await may(d.t, person)).toBe(true);
    expect((await memberOf(d.t, person))?.id).toBe(member?.id);
  });
});
