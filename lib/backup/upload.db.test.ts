import { mkdir, rename, rmdir } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { db, transaction } from "#lib/db/index.ts";
import { performRuns, startRun, viewRun } from "#lib/runs/index.ts";
import { isWhole, pushImage, swept } from "#lib/testing/index.ts";
import { env } from "../env.ts";
import { archiveName } from "./files.ts";
import {
  BACKUP_RUNS,
  beginUpload,
  deleteBackup,
  makeBackup,
  openUpload,
  receiveUpload,
  tidyBackups,
  viewBackup,
} from "./index.ts";
import { openKey } from "./key.ts";
import { placeOf, subjectOf } from "./make-backup.ts";
import { openUploadRun } from "./open-upload.ts";
import { look, lookAndDo, PASSPHRASE } from "./restore.contract.ts";
import {
  admin,
  bytesOf,
  file,
  id,
  newSlug,
  nothingKept,
  of,
  opening,
  PRODUCT,
  REPOSITORY,
  sent,
  uploaded,
} from "./upload.contract.ts";

describe("a backup's file that somebody brings back", { timeout: 90_000 }, () => {
  it("is of no use to who may not restore", async () => {
    const t = await admin();
    await expect(beginUpload(t.as("operator"))).rejects.toMatchObject({ code: "forbidden" });
    const { id } = await beginUpload(t.ctx);
    await expect(receiveUpload(t.as("operator"), id, { source: Readable.from([]) })).rejects.toMatchObject({
      code: "forbidden",
    });
    // Nor is somebody else's upload.
    const other = await admin();
    await expect(receiveUpload(other.ctx, id, { source: Readable.from([]) })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("is restored into its own workspace, from the file alone and its passphrase", async () => {
    const t = await admin();
    const { layer } = await pushImage(t.ctx, t.repository);
    const made = await makeBackup(t.ctx, { withBytes: true });
    const bytes = await bytesOf(made);
    await db().backup.delete({ where: { id: made.id } });
    await db().backupSettings.delete({ where: { tenantId: t.tenant.id } });
    const ofTenant = { where: { tenantId: t.tenant.id } };
    await db().tag.deleteMany(ofTenant);
    await db().manifest.deleteMany(ofTenant);
    await db().repositoryBlob.deleteMany(ofTenant);
    await swept();
    const arrived = await sent(t, bytes, bytes.length);
    expect(arrived).toMatchObject({ state: "unread", origin: "uploaded", contents: null, bytes: bytes.length });
    await expect(openUpload(t.ctx, { id: arrived.id, passphrase: "another passphrase" })).rejects.toMatchObject({
      fields: { passphrase: "is not the one that this backup's key was made with" },
    });
    expect(await opening(t, arrived.id)).toMatchObject({ state: "done" });
    const view = await viewBackup(t.ctx, arrived.id);
    expect(view).toMatchObject({ state: "kept", withBytes: true });
    expect(view.contents?.from).toMatchObject({ slug: t.tenant.slug, own: true, sealed: true });
    const backup = await db().backup.findUniqueOrThrow({ where: { id: arrived.id } });
    await lookAndDo(t, backup);
    expect(await isWhole(layer)).toBe(true);
    expect(await db().tag.count(ofTenant)).toBe(1);
    expect(await db().auditEvent.count({ where: { tenantId: t.tenant.id, action: "backup.uploaded" } })).toBe(1);
  });

  it("of another workspace goes into a new one alone, with what its file has the bytes of", async () => {
    const [t, theirs] = [await admin(), await admin()];
    await pushImage(theirs.ctx, theirs.repository);
    const without = await uploaded(t, await bytesOf(await makeBackup(theirs.ctx, { withBytes: false })));
    await expect(look(t, without)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("into a new workspace alone"),
    });
    const into = { slug: newSlug(), name: "Copy" };
    // The layers are in the store, as theirs: their names alone give nobody their bytes.
    expect((await look(t, without, { into })).missing.count).toBe(2);
    await expect(lookAndDo(t, without, { into })).rejects.toMatchObject({ reason: "layers_missing" });
    const having = await uploaded(t, await bytesOf(await makeBackup(theirs.ctx, { withBytes: true })));
    const { missing } = await lookAndDo(t, having, { into });
    expect(missing.count).toBe(0);
    const made = await db().tenant.findUniqueOrThrow({ where: { slug: into.slug } });
    expect(await db().tag.count({ where: { tenantId: made.id } })).toBe(1);
    const [repository] = await db().repository.findMany({ where: { tenantId: made.id } });
    expect(repository?.name).toBe(`${into.slug}/${theirs.product.slug}`);
  });

  it("of another instance comes without its log, since nobody vouches for it", async () => {
    const t = await admin();
    const audit = { ...of, id: id(9), seq: 1, at: new Date(), action: "forged", prev_hash: "", hash: "x" };
    const backup = await uploaded(
      t,
      await file({ products: [PRODUCT], repositories: [REPOSITORY], audit_events: [audit] }),
    );
    expect(backup.contents).toMatchObject({
      from: { sealed: false, own: false, instance: "https://elsewhere.example.com" },
    });
    const into = { slug: newSlug(), name: "Copy" };
    await lookAndDo(t, backup, { into });
    const made = await db().tenant.findUniqueOrThrow({ where: { slug: into.slug } });
    expect(await db().repository.findMany({ where: { tenantId: made.id } })).toMatchObject([
      { name: `${into.slug}/app` },
    ]);
    expect(await db().auditEvent.count({ where: { tenantId: made.id, action: "forged" } })).toBe(0);
  });

  it("is kept where the store can't hand it out, and opened once it can", async () => {
    const t = await admin();
    const { id } = await sent(t, await file({ products: [PRODUCT] }));
    const place = path.join(env().DATA_DIR, archiveName({ tenantId: t.tenant.id, id }));
    await rename(place, `${place}.away`);
    await mkdir(place);
    expect(await opening(t, id)).toMatchObject({ state: "failed", error: expect.stringContaining("Try again") });
    await rmdir(place);
    await rename(`${place}.away`, place);
    expect(await opening(t, id)).toMatchObject({ state: "done" });
  });

  it("is opened once, however many began to", async () => {
    const t = await admin();
    const { id } = await uploaded(t, await file({ products: [PRODUCT] }));
    const kept = await db().backup.findUniqueOrThrow({ where: { id } });
    const secret = await openKey(kept, PASSPHRASE);
    const again = { run: openUploadRun, subject: placeOf(kept), input: { backupId: id }, secret };
    const { run } = await transaction((tx) => startRun(tx, t.ctx, again));
    await performRuns({ signal: new AbortController().signal, runs: BACKUP_RUNS });
    expect(await viewRun(t.ctx, run.id)).toMatchObject({ state: "failed", error: "There is no such upload." });
    expect(await db().auditEvent.count({ where: { tenantId: t.tenant.id, action: "backup.uploaded" } })).toBe(1);
  });

  it("that is deleted while it arrives is gone", async () => {
    const t = await admin();
    const bytes = await file({ products: [PRODUCT] });
    const { id } = await beginUpload(t.ctx);
    const source = Readable.from(
      (async function* () {
        yield bytes;
        const { label } = subjectOf(await db().backup.findUniqueOrThrow({ where: { id } }));
        await deleteBackup(t.ctx, { id, confirm: label });
      })(),
    );
    await expect(receiveUpload(t.ctx, id, { source })).rejects.toMatchObject({ code: "not_found" });
    await nothingKept(t, id);
  });

  it("waits for a day to be opened, three of a workspace at most", async () => {
    const t = await admin();
    const { id } = await sent(t, await file({ products: [PRODUCT] }));
    for (const _ of [1, 2]) await sent(t, await file({ products: [PRODUCT] }));
    await expect(beginUpload(t.ctx)).rejects.toMatchObject({ code: "conflict" });
    await tidyBackups(new Date());
    expect(await db().backup.count({ where: { tenantId: t.tenant.id } })).toBe(3);
    await tidyBackups(new Date(Date.now() + 86_400_001));
    expect(await db().backup.count({ where: { tenantId: t.tenant.id } })).toBe(0);
    await nothingKept(t, id);
  });

  it("waits from when it has arrived, however long that took, and is not taken away while it is opened", async () => {
    const t = await admin();
    const { id } = await sent(t, await file({ products: [PRODUCT] }));
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await db().backup.update({ where: { id }, data: { startedAt: ago(30) } });
    await tidyBackups(new Date());
    expect(await viewBackup(t.ctx, id)).toMatchObject({ state: "unread" });
    await db().backup.update({ where: { id }, data: { leasedUntil: ago(1) } });
    await openUpload(t.ctx, { id, passphrase: PASSPHRASE });
    await tidyBackups(new Date());
    await performRuns({ signal: new AbortController().signal, runs: BACKUP_RUNS });
    expect(await viewBackup(t.ctx, id)).toMatchObject({ state: "kept", leasedUntil: null });
  });
});
