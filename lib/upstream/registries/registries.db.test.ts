import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import {
  type Fixture,
  freshTenant,
  pushImage,
  startUpstream,
  type TestUpstream,
  UPSTREAM_USER as USER,
} from "#lib/testing/index.ts";
import { setEnv } from "../../env.ts";
import {
  addRegistry,
  changeRegistry,
  changeUpstream,
  checkUpstream,
  connectRepository,
  disconnectRepository,
  inventoryUpstream,
  listRegistries,
  removeRegistry,
  rotateRegistrySecret,
  viewRegistry,
  viewUpstream,
} from "../index.ts";

let t: Fixture;
let upstream: TestUpstream;

async function starting(auth?: Parameters<typeof startUpstream>[0]): Promise<void> {
  upstream = await startUpstream(auth);
  setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
}
beforeEach(async () => {
  t = await freshTenant();
});
afterEach(() => upstream.stop());

describe("an upstream registry", () => {
  it.each(["basic", "token"] as const)("is added with credentials that it takes: %s", async (auth) => {
    await starting(auth);
    const { id } = await addRegistry(t.ctx, { name: "Ours", url: upstream.url, ...USER });
    const row = await db().upstreamRegistry.findUniqueOrThrow({ where: { id } });
    expect(Buffer.from(row.passwordEncrypted ?? []).includes(USER.password)).toBe(false);
    const [shown] = await listRegistries(t.as("readonly"));
    expect(shown).toMatchObject({ id, name: "Ours", url: upstream.url, username: "ana", repositories: 0 });
    expect(JSON.stringify(shown)).not.toContain(USER.password);
    const audit = await t.lastAudit();
    expect(audit).toMatchObject({ action: "upstream.registry_added" });
    expect(JSON.stringify(audit?.after)).not.toContain(USER.password);
  });

  it("is none where a web page answers, whatever is asked for", async () => {
    await starting();
    const pages = createServer((_, response) => response.setHeader("content-type", "text/html").end("<h1>Hello</h1>"));
    await once(pages.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    await expect(addRegistry(t.ctx, { name: "Site", url })).rejects.toMatchObject({
      fields: { url: expect.stringContaining("answers with a web page") },
    });
    const { id } = await addRegistry(t.ctx, { name: "Ours", url: upstream.url });
    await db().upstreamRegistry.update({ where: { id }, data: { url } });
    expect(await checkUpstream(t.ctx, id)).toMatchObject([{ check: "Reachable", state: "failed" }]);
    pages.close();
  });

  it.each(["basic", "token"] as const)("is not added with others: %s", async (auth) => {
    await starting(auth);
    const before = await t.rows();
    const wrong = { name: "Ours", url: upstream.url, username: "ana", password: "wrong" };
    await expect(addRegistry(t.ctx, wrong)).rejects.toMatchObject({
      code: "invalid",
      fields: { password: /accepted/ },
    });
    await expect(addRegistry(t.ctx, { ...wrong, password: "" })).rejects.toMatchObject({ code: "invalid" });
    await expect(addRegistry(t.ctx, { ...wrong, username: "" })).rejects.toMatchObject({ code: "invalid" });
    expect(await t.rows()).toEqual(before);
  });

  it("is refused inside the operator's network, and so are its token's realm and its redirects; nobody was called", async () => {
    await starting("token");
    const inside = await startUpstream();
    setEnv({ OUTGOING_ALLOW: "" });
    const add = () => addRegistry(t.ctx, { name: "x", url: upstream.url, ...USER });
    await expect(add()).rejects.toMatchObject({ code: "invalid", reason: "outgoing_refused" });
    expect(upstream.seen).toEqual([]);
    setEnv({ OUTGOING_ALLOW: new URL(upstream.url).host });
    upstream.hook = (_, response) => {
      response.writeHead(401, { "www-authenticate": `Bearer realm="${inside.url}/token"` }).end();
      return true;
    };
    await expect(add()).rejects.toMatchObject({ reason: "outgoing_refused" });
    upstream.hook = (_, response) => {
      response.writeHead(307, { location: `${inside.url}/v2/` }).end();
      return true;
    };
    await expect(add()).rejects.toMatchObject({ reason: "outgoing_refused" });
    expect(inside.seen).toEqual([]);
    await inside.stop();
  });

  it("must be one, and be there", async () => {
    await starting();
    upstream.hook = (_, response) => {
      response.writeHead(404).end("<html>");
      return true;
    };
    await expect(addRegistry(t.ctx, { name: "x", url: upstream.url })).rejects.toMatchObject({ code: "invalid" });
    await expect(addRegistry(t.ctx, { name: "x", url: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(addRegistry(t.ctx, { name: "x", url: `${upstream.url}/team/app` })).rejects.toMatchObject({
      code: "invalid",
    });
  });

  it("is changed, gets other credentials and goes, each recorded; a name is there once", async () => {
    await starting("basic");
    const { id: registryId } = await addRegistry(t.ctx, { name: "Ours", url: upstream.url, ...USER });
    await expect(addRegistry(t.ctx, { name: "Ours", url: upstream.url, ...USER })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await changeRegistry(t.ctx, { registryId, name: "Theirs" })).toEqual({ changed: true });
    expect(await changeRegistry(t.ctx, { registryId, name: "Theirs" })).toEqual({ changed: false });
    const wrong = rotateRegistrySecret(t.ctx, { registryId, username: "ana", password: "x" });
    await expect(wrong).rejects.toMatchObject({ code: "invalid" });
    await rotateRegistrySecret(t.ctx, { registryId, ...USER });
    expect(await t.lastAudit()).toMatchObject({ action: "upstream.secret_rotated" });
    expect(await removeRegistry(t.ctx, { registryId })).toEqual({ disconnected: 0 });
    expect(await listRegistries(t.ctx)).toEqual([]);
  });

  it("takes no password along to another address", async () => {
    await starting("basic");
    const elsewhere = await startUpstream();
    const { id: registryId } = await addRegistry(t.ctx, { name: "Ours", url: upstream.url, ...USER });
    const heard: (string | undefined)[] = [];
    elsewhere.hook = (request) => {
      heard.push(request.headers.authorization);
      return false;
    };
    await changeRegistry(t.ctx, { registryId, url: elsewhere.url });
    await checkUpstream(t.ctx, registryId);
    expect(heard.filter(Boolean)).toEqual([]);
    expect((await viewRegistry(t.ctx, registryId)).registry).toMatchObject({ url: elsewhere.url, username: null });
    await elsewhere.stop();
  });

  it("is nobody's but its tenant's, and changed by managers alone", async () => {
    await starting();
    const { id: registryId } = await addRegistry(t.ctx, { name: "Ours", url: upstream.url });
    const other = await freshTenant();
    const before = await t.rows();
    await expect(viewRegistry(other.ctx, registryId)).rejects.toMatchObject({ code: "not_found" });
    await expect(removeRegistry(other.ctx, { registryId })).rejects.toMatchObject({ code: "not_found" });
    await expect(checkUpstream(other.ctx, registryId)).rejects.toMatchObject({ code: "not_found" });
    const asked = { repository: other.repository.name, registryId, path: "a/b" };
    await expect(connectRepository(other.ctx, asked)).rejects.toMatchObject({ code: "not_found" });
    const seen = upstream.seen.length;
    await expect(addRegistry(t.as("operator"), { name: "x", url: upstream.url })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(removeRegistry(t.as("readonly"), { registryId })).rejects.toMatchObject({ code: "forbidden" });
    expect({ rows: await t.rows(), seen: upstream.seen.length }).toEqual({ rows: before, seen });
  });
});

describe("a repository's upstream", () => {
  const path = "team/app";
  let registryId: string;

  beforeEach(async () => {
    await starting();
    ({ id: registryId } = await addRegistry(t.ctx, { name: "Ours", url: upstream.url }));
  });

  it("is connected where it is there, once, and makes the repository", async () => {
    const asked = { repository: `${t.repository.name}/mirror`, registryId, path };
    await expect(connectRepository(t.ctx, asked)).rejects.toMatchObject({ code: "invalid", fields: { path: /there/ } });
    upstream.image("1.0");
    const { repositoryId } = await connectRepository(t.ctx, asked);
    expect(await viewUpstream(t.ctx, repositoryId)).toMatchObject({ path, patterns: ["*"], pullThrough: true });
    await expect(connectRepository(t.ctx, asked)).rejects.toMatchObject({ code: "conflict" });
    expect(await changeUpstream(t.ctx, { repositoryId, patterns: ["1.*"] })).toEqual({ changed: true });
    expect(await changeUpstream(t.ctx, { repositoryId, patterns: ["1.*"] })).toEqual({ changed: false });
    await disconnectRepository(t.ctx, { repositoryId });
    expect(await t.lastAudit()).toMatchObject({ action: "upstream.disconnected" });
    expect(await viewUpstream(t.ctx, repositoryId)).toBeNull();
    await expect(disconnectRepository(t.ctx, { repositoryId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is connected to a product of the own workspace alone", async () => {
    upstream.image("1.0");
    const other = await freshTenant();
    const asked = { repository: other.repository.name, registryId, path };
    await expect(connectRepository(t.ctx, asked)).rejects.toMatchObject({ code: "invalid" });
    const none = { ...asked, repository: `${t.tenant.slug}/none` };
    await expect(connectRepository(t.ctx, none)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is compared with what is kept: new, gone and moved tags that the patterns take", async () => {
    for (const tag of ["1.0", "1.1", "2.0"]) upstream.image(tag);
    await pushImage(t.ctx, t.repository, ["1.1", "1.9", "own"]);
    await connectRepository(t.ctx, { repository: t.repository.name, registryId, path, patterns: ["1.*"] });
    const found = await inventoryUpstream(t.ctx, registryId);
    expect(found.map(({ key, change }) => [key.split(":")[1], change])).toEqual([
      ["1.0", "new"],
      ["1.9", "gone"],
      ["1.1", "different"],
    ]);
  });

  it("is checked: what is gone there is told, and a registry that is down", async () => {
    upstream.image("1.0");
    await connectRepository(t.ctx, { repository: t.repository.name, registryId, path });
    const states = async () =>
      Object.fromEntries((await checkUpstream(t.ctx, registryId)).map(({ check, state }) => [check, state]));
    expect(await states()).toMatchObject({ Reachable: "ok", Credentials: "ok", Clock: "ok", Repositories: "ok" });
    upstream.tags.clear();
    expect(await states()).toMatchObject({ "Repository team/app": "failed" });
    upstream.hook = (_, response) => {
      response.writeHead(500).end();
      return true;
    };
    expect(await states()).toEqual({ Reachable: "failed" });
  });

  it("is told that a clock is wrong, and that credentials ended", async () => {
    upstream.hook = (_, response) => {
      response.setHeader("date", new Date(Date.now() - 3_600_000).toUTCString());
      return false;
    };
    const found = await checkUpstream(t.ctx, registryId);
    expect(found.find(({ check }) => check === "Clock")).toMatchObject({ state: "warning" });
    upstream.hook = (_, response) => {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return true;
    };
    const refused = await checkUpstream(t.ctx, registryId);
    expect(refused.find(({ check }) => check === "Credentials")).toMatchObject({ state: "warning" });
  });
});
