import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { revokeRobotToken } from "#lib/identity/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { archiveTenant, removeFromTeam } from "#lib/tenancy/index.ts";
import { type Fixture, freshTenant, IMAGE, imageOf, personalToken, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

/** Whoever keeps a request open by its body has no more right at its end than they would have with a new one. */
let plane: Awaited<ReturnType<typeof listenDataPlane>>;

beforeAll(async () => {
  plane = await listenDataPlane();
});
afterAll(() => plane.close());

interface Call {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Sends all but a body's last byte, then waits for `meanwhile`, then sends that one. @returns the status */
function held({ method, path, headers, body }: Call, meanwhile: () => Promise<unknown>): Promise<number> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, "content-length": String(body.length) };
    const sent = request({ host: "127.0.0.1", port: plane.port, method, path, headers: all }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.write(body.subarray(0, -1));
    wait(300)
      .then(meanwhile)
      .then(() => sent.end(body.subarray(-1)), reject);
  });
}

const grantCall = (t: Fixture, secret: string): Call => ({
  method: "POST",
  path: `/v1/entitlements?tenant=${t.tenant.slug}`,
  headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
  body: Buffer.from(JSON.stringify({ memberId: t.member.id, productId: t.product.id })),
});

const bearerOf = async (t: Fixture) => {
  const robot = await robotToken(t.ctx, ["registry.pull", "registry.push"]);
  return { id: robot.id, headers: { authorization: `Bearer ${robot.secret}` } };
};

describe("a request whose body is held back", () => {
  it("grants nothing once its caller was removed, or the workspace was archived", async () => {
    const endings: ((t: Fixture) => Promise<unknown>)[] = [
      async (t) => {
        const key = { tenantId: t.tenant.id, userId: t.users.manager.id };
        const { id } = await db().tenantMembership.findFirstOrThrow({ where: key });
        return removeFromTeam(t.ctx, { membershipId: id });
      },
      (t) => archiveTenant(t.ctx),
    ];
    for (const end of endings) {
      const t = await freshTenant();
      const { secret } = await personalToken(t.users.manager, ["entitlement.grant"]);
      expect(await held(grantCall(t, secret), () => end(t))).toBe(404);
      expect(await db().entitlement.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    }
  });

  it("moves no tag once the token was revoked or the workspace archived", async () => {
    for (const archive of [true, false]) {
      const t = await freshTenant();
      const robot = await bearerOf(t);
      const config = randomBytes(20);
      const uploads = `/v2/${t.repository.name}/blobs/uploads/?digest=${digestOf(config)}`;
      const blob = await rawRequest(plane.port, {
        method: "POST",
        path: uploads,
        headers: robot.headers,
        body: config,
      });
      expect(blob.status).toBe(201);
      const path = `/v2/${t.repository.name}/manifests/latest`;
      const headers = { ...robot.headers, "content-type": IMAGE };
      const status = await held({ method: "PUT", path, headers, body: imageOf(config, []) }, () =>
        archive ? archiveTenant(t.ctx) : revokeRobotToken(t.ctx, robot.id),
      );
      expect(status).toBe(archive ? 404 : 401);
      expect(await db().tag.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    }
  });

  it("keeps no blob once the token was revoked or the workspace archived, sent at once or as the last chunk", async () => {
    for (const [archive, monolithic] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      const t = await freshTenant();
      const { id, headers } = await bearerOf(t);
      const body = randomBytes(2000);
      const uploads = `/v2/${t.repository.name}/blobs/uploads/`;
      const begun = await rawRequest(plane.port, { method: "POST", path: uploads, headers });
      const path = `${monolithic ? uploads : begun.headers.location}?digest=${digestOf(body)}`;
      const status = await held({ method: monolithic ? "POST" : "PUT", path, headers, body }, () =>
        archive ? archiveTenant(t.ctx) : revokeRobotToken(t.ctx, id),
      );
      expect(status).toBe(archive ? 404 : 401);
      expect(await db().repositoryBlob.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    }
  });
});
