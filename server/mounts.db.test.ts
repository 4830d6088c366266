import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RepositoryName } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  personalToken,
  pushBlob,
  pushImage,
  randomBlob,
  robotToken,
} from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  robot = (await robotToken(t.ctx, ["registry.pull", "registry.push"])).secret;
});
afterAll(() => plane.close());

const component = (of: Fixture = t): RepositoryName => ({
  ...of.repository,
  name: `${of.repository.name}/${randomUUID()}`,
});
const call = (method: string, path: string, secret = robot) =>
  rawRequest(plane.port, { method, path, headers: { authorization: `Bearer ${secret}` } });
const mount = (into: RepositoryName, query: Record<string, string>, secret = robot) =>
  call("POST", `/v2/${into.name}/blobs/uploads/?${new URLSearchParams(query)}`, secret);
const has = async (repository: RepositoryName, digest: string) =>
  (await call("HEAD", `/v2/${repository.name}/blobs/${digest}`)).status === 200;

describe("a mount", () => {
  it("of a blob that the token may pull is 201 at the blob's address, and nothing is uploaded", async () => {
    const { layer } = await pushImage(t.ctx, t.repository);
    const into = component();
    const answer = await mount(into, { mount: layer, from: t.repository.name });
    expect([answer.status, answer.headers.location, answer.headers["docker-content-digest"]]).toEqual([
      201,
      `/v2/${into.name}/blobs/${layer}`,
      layer,
    ]);
    expect(await has(into, layer)).toBe(true);
    expect(await db().upload.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("without `from` finds any repository of the tenant that the token may pull", async () => {
    const other = await t.addProduct();
    const elsewhere = { ...t.repository, product: other.slug, name: `${t.tenant.slug}/${other.slug}` };
    const { layer } = await pushImage(t.ctx, elsewhere);
    const into = component();
    expect((await mount(into, { mount: layer })).status).toBe(201);
    expect(await has(into, layer)).toBe(true);
  });

  it("counts on the blob: the clean-up's grace begins anew", async () => {
    const into = component();
    const digest = await pushBlob(t.ctx, into, randomBlob());
    const links = { where: { tenantId: t.tenant.id, digest } };
    for (const again of [() => mount(into, { mount: digest }), () => has(into, digest)]) {
      await db().repositoryBlob.updateMany({ ...links, data: { touchedAt: new Date(0) } });
      await again();
      expect((await db().repositoryBlob.findFirstOrThrow(links)).touchedAt.getTime()).toBeGreaterThan(0);
    }
  });

  it("of what is not there, or is not named well, falls back to an upload", async () => {
    const { layer } = await pushImage(t.ctx, t.repository);
    const from = t.repository.name;
    const queries: Record<string, string>[] = [
      { mount: digestOf(randomBlob()), from },
      { mount: digestOf(randomBlob()) },
      { mount: "sha256:short", from },
      { mount: "", from },
      { mount: layer, from: "" },
      { mount: layer, from: "../../etc" },
      { mount: layer, from: `${from}/none` },
      { mount: layer, from: "none/none" },
      { from },
    ];
    for (const query of queries) {
      const answer = await mount(component(), query);
      expect([answer.status, answer.headers.location !== undefined], JSON.stringify(query)).toEqual([202, true]);
    }
  });

  it("of a blob that is about to be swept falls back to an upload", async () => {
    const { layer } = await pushImage(t.ctx, t.repository);
    await db().blob.update({ where: { digest: layer }, data: { state: "deleting" } });
    expect((await mount(component(), { mount: layer, from: t.repository.name })).status).toBe(202);
    // No sweep leaves a link to such a row, and those of later tests would stumble over it.
    await db().blob.update({ where: { digest: layer }, data: { state: "live" } });
  });
});

describe("threat row 3, another repository's blob: a mount", () => {
  const refused = async (into: RepositoryName, query: Record<string, string>, secret: string) => {
    expect((await mount(into, query, secret)).status).toBe(202);
    const link = { digest: query.mount ?? "", repository: { name: into.name } };
    expect(await db().repositoryBlob.count({ where: link })).toBe(0);
  };

  it("from another tenant is an upload, though the caller may pull there", async () => {
    const other = await freshTenant();
    const { layer } = await pushImage(other.ctx, other.repository);
    const both = { id: t.users.owner.id, email: t.users.owner.email };
    await db().tenantMembership.create({ data: { tenantId: other.tenant.id, userId: both.id, role: "owner" } });
    const { secret } = await personalToken(both, ["registry.pull", "registry.push"]);
    expect((await call("HEAD", `/v2/${other.repository.name}/blobs/${layer}`, secret)).status).toBe(200);
    await refused(component(), { mount: layer, from: other.repository.name }, secret);
    await refused(component(), { mount: layer }, secret);
    expect((await call("HEAD", `/v2/${t.repository.name}/blobs/${layer}`, secret)).status).toBe(404);
  });

  it("from a repository that this token may not pull is an upload, with `from` and without", async () => {
    const closed = await t.addProduct();
    const source = { ...t.repository, product: closed.slug, name: `${t.tenant.slug}/${closed.slug}` };
    const { layer } = await pushImage(t.ctx, source);
    const limited = await robotToken(t.ctx, ["registry.pull", "registry.push"], [t.product.id]);
    const pushOnly = await robotToken(t.ctx, ["registry.push"]);
    for (const { secret } of [limited, pushOnly]) {
      await refused(component(), { mount: layer, from: source.name }, secret);
      await refused(component(), { mount: layer }, secret);
    }
  });

  it("without the permission to push is DENIED, and changes nothing", async () => {
    const { layer } = await pushImage(t.ctx, t.repository);
    const { secret } = await robotToken(t.ctx, ["registry.pull"]);
    const before = await t.rows();
    expect((await mount(component(), { mount: layer, from: t.repository.name }, secret)).status).toBe(403);
    expect(await t.rows()).toEqual(before);
  });
});
