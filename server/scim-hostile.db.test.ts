import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import {
  createDirectorySecret,
  listDirectoryRequests,
  listDirectorySecrets,
  revokeDirectorySecret,
} from "#lib/directory/index.ts";
import { archiveTenant } from "#lib/tenancy/index.ts";
import { filtered, freshTenant, patchOf, SCIM_GROUP, SCIM_USER, scimClient } from "#lib/testing/index.ts";
import { withDirectory } from "./scim.contract.ts";

const d = withDirectory();

const ask = async (slug: string, secret: string, path = "/Users") => {
  const response = await fetch(`${d.plane.url}/scim/v2/${slug}${path}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  const text = await response.text();
  return { status: response.status, text: text.replace(/"requestId":"[^"]+"/, "") };
};

describe("a directory's secret", () => {
  it("opens its own tenant alone: another one, an archived one, one that is not there and a wrong secret are alike", async () => {
    const [other, archived] = [await freshTenant(), await freshTenant()];
    const old = await scimClient(archived.ctx, d.plane.url);
    await archiveTenant(archived.ctx);
    const answers = [
      await ask(other.tenant.slug, d.scim.secret),
      await ask("nosuchtenant", d.scim.secret),
      await ask(archived.tenant.slug, old.secret),
      await ask(d.t.tenant.slug, `${d.scim.secret.slice(0, -1)}_`),
    ];
    expect(answers[0]).toMatchObject({ status: 401, text: expect.stringContaining("api:messages:2.0:Error") });
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect((await ask(d.t.tenant.slug, d.scim.secret)).status).toBe(200);
  });

  it("is one of two at most, works until it is revoked, and is kept as a hash", async () => {
    const own = await freshTenant();
    const first = await scimClient(own.ctx, d.plane.url);
    const second = await scimClient(own.ctx, d.plane.url);
    expect([(await first.get("/Users")).status, (await second.get("/Users")).status]).toEqual([200, 200]);
    await expect(createDirectorySecret(own.ctx)).rejects.toMatchObject({ code: "conflict" });
    const [oldest] = await listDirectorySecrets(own.ctx);
    expect(oldest?.lastUsedAt).toBeInstanceOf(Date);
    const secretId = oldest?.id ?? "";
    const { ctx } = await freshTenant();
    await expect(revokeDirectorySecret(ctx, { secretId })).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeDirectorySecret(own.as("operator"), { secretId })).rejects.toMatchObject({ code: "forbidden" });
    await revokeDirectorySecret(own.ctx, { secretId });
    expect([(await first.get("/Users")).status, (await second.get("/Users")).status]).toEqual([401, 200]);
    const rows = await db().directorySecret.findMany({ where: { tenantId: own.tenant.id } });
    expect(JSON.stringify(rows)).not.toContain(first.secret);
  });
});

describe("two directories at once", () => {
  it("see and change what is their own, whatever is under way elsewhere", async () => {
    const sides = await Promise.all(
      [0, 1].map(async () => {
        const side = await freshTenant();
        return { side, client: await scimClient(side.ctx, d.plane.url) };
      }),
    );
    const names = Array.from({ length: 12 }, (_, n) => `person-${n}`);
    const made = await Promise.all(
      names.flatMap((userName) =>
        sides.map(async ({ side, client }) => {
          const answer = await client.send("POST", "/Users", { schemas: [SCIM_USER], userName });
          expect(answer.status).toBe(201);
          expect(answer.body.meta.location).toContain(`/scim/v2/${side.tenant.slug}/`);
          return { slug: side.tenant.slug, id: String(answer.body.id) };
        }),
      ),
    );
    await Promise.all(
      sides.map(async ({ side, client }, n) => {
        const { body } = await client.get("/Users");
        const own = made.filter(({ slug }) => slug === side.tenant.slug).map(({ id }) => id);
        expect(body.Resources.map(({ id }: { id: string }) => id).sort()).toEqual(own.sort());
        const theirs = made.find(({ slug }) => slug !== side.tenant.slug)?.id;
        expect((await client.get(`/Users/${theirs}`)).status).toBe(404);
        expect((await client.send("DELETE", `/Users/${theirs}`)).status).toBe(404);
        expect((await client.send("PUT", `/Users/${theirs}`, { schemas: [SCIM_USER], userName: `x${n}` })).status).toBe(
          404,
        );
      }),
    );
  });
});

describe("the same request, many times at once", () => {
  it("makes one user and one group, and the others are told that there is one", async () => {
    const user = { schemas: [SCIM_USER], userName: "twin" };
    const group = { schemas: [SCIM_GROUP], displayName: "Twins" };
    const statuses = async (path: string, body: object) => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => d.scim.send("POST", path, body)));
      return answers.map(({ status }) => status).sort();
    };
    expect(await statuses("/Users", user)).toEqual([201, 409, 409, 409, 409, 409]);
    expect(await statuses("/Groups", group)).toEqual([201, 409, 409, 409, 409, 409]);
  });
});

describe("a request that is not as it should be", () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

  it("is refused in SCIM's words, changes nothing but the list of requests, and harms nobody else", async () => {
    const { body: user } = await d.scim.send("POST", "/Users", { schemas: [SCIM_USER], userName: "hostile" });
    const { body: group } = await d.scim.send("POST", "/Groups", { schemas: [SCIM_GROUP], displayName: "hostile" });
    const before = await d.t.rows();
    const bad: [method: "POST" | "PUT" | "PATCH", path: string, body: unknown, status: number][] = [
      ["POST", "/Users", "{", 400],
      ["POST", "/Users", "[]", 400],
      ["POST", "/Users", deep(50_000), 400],
      ["POST", "/Users", `{"userName":"${"x".repeat(1024 * 1024)}"}`, 413],
      ["POST", "/Users", { schemas: [SCIM_USER], userName: "x".repeat(300) }, 400],
      ["POST", "/Users", { schemas: [SCIM_USER], userName: { $ne: "" } }, 400],
      ["POST", "/Users", { schemas: [SCIM_USER], userName: "a\u0000b" }, 400],
      ["POST", "/Users", { schemas: [SCIM_USER] }, 400],
      ["POST", "/Users", { schemas: [SCIM_USER], userName: "y", title: "t".repeat(70_000) }, 400],
      ["PATCH", `/Users/${user.id}`, { Operations: [] }, 400],
      ["PATCH", `/Users/${user.id}`, patchOf({ op: "move", path: "userName", value: "x" }), 400],
      ["PATCH", `/Users/${user.id}`, patchOf({ op: "add", path: "__proto__.polluted", value: "x" }), 400],
      [
        "PATCH",
        `/Users/${user.id}`,
        patchOf({ op: "add", path: 'emails[__proto__.polluted eq "x"]', value: "x" }),
        400,
      ],
      [
        "PATCH",
        `/Users/${user.id}`,
        patchOf({ op: "add", path: "constructor.prototype", value: { polluted: 1 } }),
        400,
      ],
      ["PATCH", `/Users/${user.id}`, patchOf({ op: "replace", path: "userName", value: "" }), 400],
      ["PATCH", `/Users/${user.id}`, patchOf({ op: "replace", path: "active", value: "maybe" }), 400],
      ["PATCH", `/Users/${user.id}`, patchOf({ op: "replace", path: "a".repeat(2000), value: "x" }), 400],
      ["PATCH", `/Groups/${group.id}`, patchOf({ op: "replace", path: "role", value: "owner" }), 400],
      ["PATCH", `/Groups/${group.id}`, patchOf({ op: "add", path: "members", value: [{ value: 1 }] }), 400],
      ["PUT", `/Groups/${group.id}`, { schemas: [SCIM_GROUP], displayName: "x".repeat(300) }, 400],
      ["POST", "/Bulk", { Operations: [] }, 501],
      ["PUT", "/Users", {}, 405],
      ["POST", "/Nothing", {}, 404],
    ];
    for (const [method, path, body, status] of bad) {
      const answer = await d.scim.send(method, path, body);
      const asked = `${method} ${path} ${JSON.stringify(body).slice(0, 100)}`;
      expect([asked, answer.status, answer.body.schemas]).toEqual([
        asked,
        status,
        ["urn:ietf:params:scim:api:messages:2.0:Error"],
      ]);
      expect(answer.headers.get("x-request-id")).toBe(answer.body.requestId);
    }
    expect(await d.t.rows()).toEqual(before);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    const [last] = await listDirectoryRequests(d.t.as("readonly"));
    expect(last).toMatchObject({ method: "POST", path: "/Nothing", status: 404, error: "There is no such endpoint." });
  });

  it("is told what is wrong with its filter", async () => {
    const filters = [
      'userName eq "a',
      "userName eq a b",
      "userName",
      'password eq "x"',
      'userName is "x"',
      "__proto__.x eq 1",
      '__proto__ eq "x"',
      'constructor eq "x"',
      `${"(".repeat(50)}userName eq "x"${")".repeat(50)}`,
      `userName eq "${"x".repeat(3000)}"`,
      "active gt true",
      'meta.created gt "yesterday"',
      "userName eq {}",
    ];
    for (const filter of filters) {
      const answer = await d.scim.get(filtered("Users", filter));
      expect([filter, answer.status, answer.body.scimType]).toEqual([filter, 400, "invalidFilter"]);
    }
    expect((await d.scim.get("/Users?count=abc")).status).toBe(400);
    expect((await d.scim.get("/Users?startIndex=-5&count=99999")).body.startIndex).toBe(1);
    expect((await d.scim.get("/Users/%zz")).status).toBe(400);
  });

  it("finds at the service's own addresses what can be asked", async () => {
    const config = await d.scim.get("/ServiceProviderConfig");
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true },
    });
    expect((await d.scim.get("/ResourceTypes")).body).toMatchObject({ totalResults: 2 });
    expect((await d.scim.get("/ResourceTypes/User")).body).toMatchObject({ endpoint: "/Users", schema: SCIM_USER });
    const schemas = await d.scim.get("/Schemas");
    expect(schemas.body.Resources.map(({ id }: { id: string }) => id)).toContain(SCIM_USER);
    expect((await d.scim.get(`/Schemas/${SCIM_GROUP}`)).body).toMatchObject({
      id: SCIM_GROUP,
      meta: { location: expect.stringContaining(d.t.tenant.slug) },
    });
    expect((await d.scim.get("/Schemas/urn:nothing")).status).toBe(404);
  });
});

describe("whoever tries secrets", () => {
  it("is asked to wait after sixty in a minute, in SCIM's words, and nobody else is", async () => {
    for (let n = 0; n < 60; n++) await ask(d.t.tenant.slug, `purser_scim_${n}`);
    expect(await ask(d.t.tenant.slug, "purser_scim_x")).toMatchObject({
      status: 429,
      text: expect.stringContaining("api:messages:2.0:Error"),
    });
    expect((await ask(d.t.tenant.slug, d.scim.secret)).status).toBe(200);
  });
});
