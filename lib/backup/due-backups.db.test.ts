import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import { archiveName } from "./files.ts";
import { tidyBackups, viewBackup } from "./index.ts";
import { withPassphrase } from "./restore.contract.ts";

describe("a writer that died", () => {
  it("leaves a row that is marked and a file that is removed, once its lease is over", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    const { id: tenantId } = t.tenant;
    const of = { startedBy: "system", startedByLabel: "Purser", withBytes: false, recipient: "r", keyEncrypted: "k" };
    const alive = await db().backup.create({ data: { tenantId, ...of, leasedUntil: new Date(Date.now() + 60_000) } });
    const dead = await db().backup.create({ data: { tenantId, ...of, leasedUntil: new Date(Date.now() - 1) } });
    for (const backup of [alive, dead])
      await namedFiles().write(archiveName(backup), Readable.from([Buffer.from("x")]));
    const stray = { tenantId, id: randomUUID() };
    await namedFiles().write(archiveName(stray), Readable.from([Buffer.from("x")]));
    await tidyBackups(new Date());
    expect((await viewBackup(t.ctx, dead.id)).state).toBe("failed");
    expect((await viewBackup(t.ctx, alive.id)).state).toBe("writing");
    const sizes = () => Promise.all([alive, dead, stray].map((of) => namedFiles().size(archiveName(of))));
    expect(await sizes()).toEqual([1, null, 1]);
    // A file without a row goes an hour later: its row may be about to be seen.
    await db().backup.update({ where: { id: alive.id }, data: { leasedUntil: new Date(Date.now() + 86_400_000) } });
    await tidyBackups(new Date(Date.now() + 3_700_000));
    expect(await sizes()).toEqual([1, null, null]);
    // The clean-up of other tests would wait for it.
    await db().backup.delete({ where: { id: alive.id } });
  });
});
