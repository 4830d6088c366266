import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { db } from "#lib/db/index.ts";
import { setEnv } from "#lib/env.ts";
import {
  checkInvariants,
  type Fixture,
  freshTenant,
  personalToken,
  startUpstream,
  type TestUpstream,
  UPSTREAM_USER,
} from "#lib/testing/index.ts";
import { addRegistry, connectRepository } from "#lib/upstream/index.ts";
import { listenDataPlane, type RawAnswer, rawRequest } from "./listen-for-test.ts";

interface Asked {
  method?: string;
  secret?: string;
}

/** A tenant's repository that mirrors one of a registry of the test's own, anew for each test. */
export interface MirrorForTest {
  t: Fixture;
  upstream: TestUpstream;
  repositoryId: string;
  get(path: string, asked?: Asked): Promise<RawAnswer>;
  manifest(reference: string, asked?: Asked): Promise<RawAnswer>;
  blob(digest: string, asked?: Asked): Promise<RawAnswer>;
  /** As if the time had passed for which a tag is taken to be fresh. */
  later(): Promise<void>;
  /** What the upstream answers to everything. */
  always(answer: (response: ServerResponse) => unknown): void;
}

/** Registers the hooks around it; after each test the invariants must hold. */
export function mirrorForTest(): MirrorForTest {
  let plane: Awaited<ReturnType<typeof listenDataPlane>>;
  let token = "";
  const get: MirrorForTest["get"] = (path, { method = "GET", secret = token } = {}) =>
    rawRequest(plane.port, { path, method, headers: { authorization: `Bearer ${secret}` } });
  const mirror = {
    get,
    manifest: (reference, asked) => get(`/v2/${mirror.t.repository.name}/manifests/${reference}`, asked),
    blob: (digest, asked) => get(`/v2/${mirror.t.repository.name}/blobs/${digest}`, asked),
    later: async () => {
      Reflect.deleteProperty(globalThis, Symbol.for("purser.upstream-tags"));
      await db().upstreamTag.updateMany({ where: { tenantId: mirror.t.tenant.id }, data: { checkedAt: new Date(0) } });
    },
    always: (answer) => {
      mirror.upstream.hook = (_, response) => {
        answer(response);
        return true;
      };
    },
  } as MirrorForTest;

  beforeAll(async () => {
    plane = await listenDataPlane();
    setEnv({ OUTGOING_ALLOW: "127.0.0.1" });
  });
  afterAll(() => plane.close());
  beforeEach(async () => {
    const [upstream, t] = [await startUpstream("token"), await freshTenant()];
    token = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
    const { id: registryId } = await addRegistry(t.ctx, { name: "Hub", url: upstream.url, ...UPSTREAM_USER });
    upstream.image("0.0");
    const connection = { repository: t.repository.name, registryId, path: "team/app", patterns: ["*"] };
    Object.assign(mirror, { upstream, t, ...(await connectRepository(t.ctx, connection)) });
    upstream.seen.length = 0;
  });
  afterEach(async () => {
    expect(await checkInvariants([mirror.t.tenant.id])).toEqual([]);
    await mirror.upstream.stop();
  });
  return mirror;
}
