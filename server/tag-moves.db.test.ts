import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Capability } from "#lib/access/index.ts";
import { setImmutableTags } from "#lib/catalog/index.ts";
import { type Fixture, freshTenant, IMAGE, type Pushed, pushImage, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let [one, other]: Pushed[] = [];

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  one = await pushImage(t.ctx, t.repository, ["1.0", "v1"]);
  other = await pushImage(t.ctx, t.repository, ["other"]);
});
afterAll(() => plane.close());

async function send(scopes: Capability[], call: { method: string; tag: string; body?: Buffer }) {
  const { secret } = await robotToken(t.ctx, scopes);
  const headers = { authorization: `Bearer ${secret}`, "content-type": IMAGE };
  const path = `/v2/${t.repository.name}/manifests/${call.tag}`;
  const answer = await rawRequest(plane.port, { method: call.method, path, headers, body: call.body });
  const error = answer.status < 400 ? null : JSON.parse(answer.body.toString()).errors[0];
  return { status: answer.status, code: error?.code, message: error?.message, reason: error?.detail?.reason };
}

describe("a tag that is there (distribution-spec, “Pushing Manifests”; threats.md, 7)", () => {
  it("is not moved by a token that may only add: 403 DENIED, which says what is lacking", async () => {
    const scopes: Capability[] = ["registry.pull", "registry.push"];
    expect(await send(scopes, { method: "PUT", tag: "1.0", body: other?.bytes })).toEqual({
      status: 403,
      code: "DENIED",
      message: "This token is not allowed to move existing tags: its scopes lack registry.moveTag.",
      reason: "registry.moveTag",
    });
    expect(await send(scopes, { method: "PUT", tag: "1.0", body: one?.bytes })).toMatchObject({ status: 201 });
    expect(await send(scopes, { method: "PUT", tag: "1.1", body: other?.bytes })).toMatchObject({ status: 201 });
  });

  it("is moved by one that may move tags, unless it is immutable: 409 DENIED, which names the rule", async () => {
    const scopes: Capability[] = ["registry.pull", "registry.push", "registry.moveTag", "registry.delete"];
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["v*"] });
    expect(await send(scopes, { method: "PUT", tag: "1.0", body: other?.bytes })).toMatchObject({ status: 201 });
    const refused = {
      status: 409,
      code: "DENIED",
      reason: "immutable_tag",
      message: expect.stringContaining("rule v*"),
    };
    expect(await send(scopes, { method: "PUT", tag: "v1", body: other?.bytes })).toEqual(refused);
    expect(await send(scopes, { method: "DELETE", tag: "v1" })).toEqual(refused);
    expect(await send(scopes, { method: "DELETE", tag: one?.digest ?? "" })).toEqual(refused);
  });
});
