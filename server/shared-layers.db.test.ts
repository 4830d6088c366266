import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteManifest, putManifest, type RepositoryName } from "#lib/catalog/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import {
  type Fixture,
  freshTenant,
  IMAGE,
  imageOf,
  personalToken,
  pushBlob,
  randomBlob,
  robotToken,
} from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
beforeAll(async () => {
  plane = await listenDataPlane();
});
afterAll(() => plane.close());

const read = async (repository: RepositoryName, digest: string, secret: string) => {
  const headers = { authorization: `Bearer ${secret}` };
  const path = `/v2/${repository.name}/blobs/${digest}`;
  const [head, get, part] = await Promise.all([
    rawRequest(plane.port, { method: "HEAD", path, headers }),
    rawRequest(plane.port, { path, headers }),
    rawRequest(plane.port, { path, headers: { ...headers, range: "bytes=0-3" } }),
  ]);
  expect(head.status).toBe(get.status);
  expect(part.status).toBe(get.status === 200 ? 206 : get.status);
  if (get.status === 200) expect(digestOf(get.body)).toBe(digest);
  return get.status;
};

const imageIn = async (t: Fixture, repository: RepositoryName, layers: Buffer[]) => {
  const config = Buffer.from(JSON.stringify({ of: repository.name }));
  for (const blob of [config, ...layers]) await pushBlob(t.ctx, repository, blob);
  const bytes = imageOf(config, layers);
  return putManifest(t.ctx, { repository, reference: "1.0", contentType: IMAGE, bytes });
};

/** A tenant with an open and a restricted product whose images share their base layer, and others that have it too. */
async function sharing(baseBytes: number) {
  const [t, other] = [await freshTenant(), await freshTenant()];
  const closed = await t.addProduct({ requiresEntitlement: true });
  const restricted = { tenant: t.tenant.slug, product: closed.slug, name: `${t.tenant.slug}/${closed.slug}` };
  const [base, app, addOn] = [randomBlob(baseBytes), randomBlob(), randomBlob()];
  const { digest } = await imageIn(t, t.repository, [base, app]);
  await imageIn(t, restricted, [base, addOn]);
  await imageIn(other, other.repository, [base]);
  const customer = await t.addMember();
  await grantEntitlement(t.ctx, { memberId: customer.id, productId: closed.id });
  const secretOf = async ({ userId, email }: { userId: string; email: string }) =>
    (await personalToken({ id: userId, email })).secret;
  return {
    ...{ t, other, restricted, open: t.repository, image: digest },
    ...{ base: digestOf(base), app: digestOf(app), addOn: digestOf(addOn) },
    member: await secretOf(t.member),
    entitled: await secretOf(customer),
    stranger: await secretOf(other.member),
    pusher: (await robotToken(t.ctx, ["registry.pull", "registry.push"])).secret,
  };
}

// One that is answered from memory, and one from its file.
describe.each([64, 100_000])("a base layer of %i bytes that open and restricted repositories share", (bytes) => {
  it("is read where the caller may read a manifest that refers to it, and nowhere else", async () => {
    const { open, restricted, other, base, app, addOn, member, entitled, stranger } = await sharing(bytes);
    expect(await read(restricted, base, entitled)).toBe(200);
    expect(await read(restricted, addOn, entitled)).toBe(200);
    expect(await read(open, base, member)).toBe(200);
    expect(await read(restricted, base, member)).toBe(403);
    expect(await read(restricted, addOn, member)).toBe(403);
    for (const secret of [member, entitled]) {
      expect(await read(open, addOn, secret)).toBe(404);
      expect(await read(other.repository, base, secret)).toBe(404);
    }
    expect(await read(restricted, app, entitled)).toBe(404);
    expect(await read(other.repository, base, stranger)).toBe(200);
    for (const repository of [open, restricted]) expect(await read(repository, base, stranger)).toBe(404);
  });

  it("goes from one repository with its last manifest there, and stays in the others", async () => {
    const { t, open, restricted, image, base, member, entitled, pusher } = await sharing(bytes);
    await deleteManifest(t.ctx, { repository: open, digest: image });
    for (const secret of [member, entitled]) expect(await read(open, base, secret)).toBe(404);
    expect(await read(restricted, base, entitled)).toBe(200);
    expect(await read(restricted, base, member)).toBe(403);
    // Until the clean-up comes it is there for who may push, and needs not be sent again.
    expect(await read(open, base, pusher)).toBe(200);
  });

  it("is no reader's before a manifest names it, though another repository's does", async () => {
    const { open, restricted, addOn, member, entitled, pusher } = await sharing(bytes);
    const path = `/v2/${open.name}/blobs/uploads/?mount=${addOn}&from=${restricted.name}`;
    const headers = { authorization: `Bearer ${pusher}` };
    expect((await rawRequest(plane.port, { method: "POST", path, headers })).status).toBe(201);
    expect(await read(open, addOn, pusher)).toBe(200);
    for (const secret of [member, entitled]) expect(await read(open, addOn, secret)).toBe(404);
  });
});
