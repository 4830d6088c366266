import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_CAPABILITIES } from "#lib/access/index.ts";
import { enterTenant } from "#lib/instance/index.ts";
import { accountCtx, type Fixture, freshTenant, newUser, personalToken, pushImage } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest, withoutRequestId } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let token: string;

// Open to every member: only who they are can keep somebody out.
beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  await pushImage(t.ctx, t.repository, ["1.0"]);
  const admin = await newUser({ isInstanceAdmin: true });
  const reason = "The vendor asked us to look.";
  await enterTenant(accountCtx(admin), { tenantId: t.tenant.id, reason, minutes: 15 });
  token = (await personalToken(admin, [...ALL_CAPABILITIES])).secret;
});
afterAll(() => plane.close());

const get = (path: string, secret = token) =>
  rawRequest(plane.port, { path, headers: { authorization: `Bearer ${secret}` } });

describe("a support view", () => {
  it("pulls nothing and lists no tags: the registry knows the team and the members alone", async () => {
    const member = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
    for (const path of ["manifests/1.0", "tags/list"]) {
      const asked = `/v2/${t.repository.name}/${path}`;
      expect((await get(asked, member)).status, path).toBe(200);
      const answer = await get(asked);
      expect(answer.status, path).toBe(404);
      expect(answer.body.toString(), path).toContain("NAME_UNKNOWN");
    }
  });

  it("opens nothing of the API to a personal token of the admin: the tenant is as good as not there", async () => {
    for (const path of ["/v1/products", "/v1/members", `/v1/members/${t.member.id}/entitlements`]) {
      const here = await get(`${path}?tenant=${t.tenant.slug}`);
      const nowhere = await get(`${path}?tenant=no-such-workspace`);
      expect(here.status, path).toBe(404);
      expect(withoutRequestId(here.body), path).toBe(withoutRequestId(nowhere.body));
    }
  });
});
