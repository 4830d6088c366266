import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { freshTenant, storedBytes } from "#lib/testing/index.ts";
import { appendUpload, cancelUpload, finishUpload, startUpload } from "./index.ts";

const HOOK = Symbol.for("purser.fault-hook");

it("an upload that another took over meanwhile is not given up, nor dropped for want of room", async () => {
  const t = await freshTenant();
  const key = { repository: t.repository, id: (await startUpload(t.ctx, t.repository)).id };
  const bytes = randomBytes(30);
  await appendUpload(t.ctx, key, { source: Readable.from([bytes]) });
  const takenOver = async (work: () => Promise<unknown>): Promise<unknown> => {
    const hook = async (step: string) => {
      if (step !== "upload claimed") return;
      await pool().query("UPDATE uploads SET lease_id = $2 WHERE id = $1", [key.id, randomUUID()]);
    };
    Object.assign(globalThis, { [HOOK]: hook });
    const refusal = await work().catch((error: unknown) => error);
    Object.assign(globalThis, { [HOOK]: undefined });
    await pool().query("UPDATE uploads SET lease_id = NULL, leased_until = NULL WHERE id = $1", [key.id]);
    return refusal;
  };
  const limit = (quotaBytes: number | null) =>
    db().tenantStorage.upsert({
      where: { tenantId: t.tenant.id },
      create: { tenantId: t.tenant.id, ownQuota: true, quotaBytes },
      update: { ownQuota: true, quotaBytes },
    });
  expect(await takenOver(() => cancelUpload(t.ctx, key))).toMatchObject({ code: "conflict" });
  await limit(1);
  const finish = () => finishUpload(t.ctx, key, { digest: digestOf(bytes) });
  expect(await takenOver(finish)).toMatchObject({ reason: "quota_bytes" });
  await limit(null);
  await finish();
  expect((await storedBytes(digestOf(bytes))).equals(bytes)).toBe(true);
});
