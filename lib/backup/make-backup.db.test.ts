import { spawnSync } from "node:child_process";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { armor, Decrypter } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { namedFiles } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, pushImage, swept } from "#lib/testing/index.ts";
import { env } from "../env.ts";
import { archiveName, keyName } from "./files.ts";
import { checkBackup, deleteBackup, listBackups, makeBackup, openDownload, viewBackup } from "./index.ts";
import { openKey } from "./key.ts";
import { readBackup } from "./read-backup.ts";
import { PASSPHRASE, withPassphrase } from "./restore.contract.ts";

const fileOf = (of: { tenantId: string; id: string }) => path.join(env().DATA_DIR, archiveName(of));

async function members(backup: { tenantId: string; id: string; keyEncrypted: string }) {
  const identity = await openKey(backup, PASSPHRASE);
  const rows: Record<string, Record<string, unknown>[]> = {};
  const blobs: Record<string, number> = {};
  const manifest = await readBackup(
    await namedFiles().read(archiveName(backup)),
    { identity },
    {
      rows: async (table, lines) => {
        const read = lines
          .toString()
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        rows[table] = [...(rows[table] ?? []), ...read];
      },
      manifest: async (_, ours) => {
        expect(ours).toBe(true);
        return false;
      },
      blob: async ({ digest }, body) => {
        for await (const chunk of body) blobs[digest] = (blobs[digest] ?? 0) + chunk.length;
      },
    },
  );
  return { manifest, rows, blobs };
}

describe("a backup", () => {
  let t: Fixture;
  beforeAll(async () => {
    t = await freshTenant();
    await withPassphrase(t);
  });

  it("needs a passphrase first", async () => {
    const other = await freshTenant();
    await expect(makeBackup(other.ctx, { withBytes: false })).rejects.toMatchObject({ code: "conflict" });
    expect((await listBackups(other.ctx)).backups).toEqual([]);
  });

  it("holds the tenant's rows and no other's, of people their name and address alone, and is read back", async () => {
    const other = await freshTenant();
    const image = await pushImage(t.ctx, t.repository);
    await db().user.update({ where: { id: t.member.userId }, data: { passwordHash: "secret-hash" } });
    const backup = await makeBackup(t.ctx, { withBytes: false });
    expect(backup).toMatchObject({ state: "kept", error: null });
    expect(backup.verifiedAt).not.toBeNull();
    const { rows, manifest, blobs } = await members(backup);
    expect(rows.members?.map(({ id }) => id)).toEqual([t.member.id]);
    expect(rows.users).toHaveLength(5);
    expect(Object.keys(rows.users?.[0] ?? {})).toEqual(["id", "email", "name"]);
    expect(rows.manifests?.map(({ digest }) => digest)).toEqual([image.digest]);
    expect(JSON.stringify(rows)).not.toContain(other.tenant.id);
    expect(JSON.stringify(rows)).not.toContain("secret-hash");
    expect(manifest.blobs.map(({ digest }) => digest)).toContain(image.layer);
    expect(blobs).toEqual({});
    expect(await t.lastAudit()).toMatchObject({ action: "backup.created", subjectId: backup.id });
  });

  it("holds the bytes of layers and files where they are asked for", async () => {
    const image = await pushImage(t.ctx, t.repository);
    const backup = await makeBackup(t.ctx, { withBytes: true });
    const { manifest, blobs } = await members(backup);
    expect(blobs).toEqual(Object.fromEntries(manifest.blobs.map(({ digest, size }) => [digest, size])));
    expect(blobs[image.layer]).toBeGreaterThan(0);
  });

  it("is opened by age itself, with the key beside it", async () => {
    const backup = await makeBackup(t.ctx, { withBytes: false });
    const key = armor.decode(await readFile(path.join(env().DATA_DIR, keyName(backup)), "utf8"));
    const opened = new Decrypter();
    opened.addPassphrase(PASSPHRASE);
    const identity = (await opened.decrypt(key, "text")).trim();
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const tar = await decrypter.decrypt(await readFile(fileOf(backup)));
    const dir = await mkdtemp(path.join(tmpdir(), "purser-backup-"));
    afterAll(() => rm(dir, { recursive: true, force: true }));
    await writeFile(path.join(dir, "backup.tar"), tar);
    const { stdout, status } = spawnSync("tar", ["-tf", path.join(dir, "backup.tar")], { encoding: "utf8" });
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["format.json", "manifest.json", "manifest.seal"]));
  });

  it("is refused with one clear error where another passphrase is given", async () => {
    const backup = await makeBackup(t.ctx, { withBytes: false });
    await expect(openKey(backup, "another passphrase")).rejects.toMatchObject({
      code: "invalid",
      message: "passphrase: is not the one that this backup's key was made with",
    });
  });

  it("with one flipped byte is found, wherever that is", async () => {
    const backup = await makeBackup(t.ctx, { withBytes: true });
    expect(await checkBackup(t.ctx, backup.id)).toEqual({ whole: true });
    const { size } = await stat(fileOf(backup));
    for (const at of [0, 300, Math.floor(size / 2), size - 1]) {
      const file = await open(fileOf(backup), "r+");
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, at);
      await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
      expect(await checkBackup(t.ctx, backup.id), `byte ${at}`).toEqual({ whole: false });
      await expect(members(backup), `byte ${at}`).rejects.toMatchObject({ code: "conflict", reason: "backup_damaged" });
      await file.write(byte, 0, 1, at);
      await file.close();
    }
    expect(await checkBackup(t.ctx, backup.id)).toEqual({ whole: true });
    expect((await viewBackup(t.ctx, backup.id)).error).toBeNull();
  });

  it("that fails leaves no file, and a row that says so", async () => {
    const failing = makeBackup(
      t.ctx,
      { withBytes: true },
      {
        onProgress: () => {
          throw new Error("the disk is on fire");
        },
      },
    );
    await expect(failing).rejects.toThrow("the disk is on fire");
    const [row] = (await listBackups(t.ctx)).backups;
    expect(row).toMatchObject({ state: "failed", error: expect.stringContaining("could not be written") });
    expect(await namedFiles().size(archiveName({ tenantId: t.tenant.id, id: row?.id ?? "" }))).toBeNull();
  });

  it("is downloaded by who may restore, and that is recorded", async () => {
    const backup = await makeBackup(t.ctx, { withBytes: false });
    await expect(openDownload(t.as("operator"), backup.id, { part: false })).rejects.toMatchObject({
      code: "forbidden",
    });
    const download = await openDownload(t.as("manager"), backup.id, { part: false });
    expect(download.bytes).toBe((await readFile(fileOf(backup))).length);
    expect(await t.lastAudit()).toMatchObject({ action: "backup.downloaded", subjectId: backup.id });
    const other = await freshTenant();
    await expect(openDownload(other.ctx, backup.id, { part: false })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is deleted with its file once its day was typed", async () => {
    const backup = await makeBackup(t.ctx, { withBytes: false });
    const label = backup.startedAt.toISOString().slice(0, 16).replace("T", " ");
    await expect(deleteBackup(t.as("manager"), { id: backup.id, confirm: label })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(deleteBackup(t.ctx, { id: backup.id, confirm: "yes" })).rejects.toMatchObject({ code: "invalid" });
    await deleteBackup(t.ctx, { id: backup.id, confirm: label });
    expect(await namedFiles().size(archiveName(backup))).toBeNull();
    await expect(viewBackup(t.ctx, backup.id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("while a backup is written", () => {
  it("the clean-up leaves the bytes of what is deleted meanwhile, and frees them afterwards", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    const { layer } = await pushImage(t.ctx, t.repository);
    let report: Awaited<ReturnType<typeof swept>> | null = null;
    const backup = await makeBackup(
      t.ctx,
      { withBytes: true },
      {
        onProgress: async ({ phase }) => {
          if (report || phase === "rows") return;
          const ofTenant = { where: { tenantId: t.tenant.id } };
          await db().tag.deleteMany(ofTenant);
          await db().manifest.deleteMany(ofTenant);
          await db().repositoryBlob.deleteMany(ofTenant);
          report = await swept();
        },
      },
    );
    expect(report).toMatchObject({ blobs: 0 });
    expect((await members(backup)).blobs[layer]).toBeGreaterThan(0);
    await swept();
    expect(await db().blob.findUnique({ where: { digest: layer } })).toBeNull();
  });
});

describe("a moment", () => {
  it("is one: what changes while rows are read is in none of them", async () => {
    const t = await freshTenant();
    await withPassphrase(t);
    let changed = false;
    const backup = await makeBackup(
      t.ctx,
      { withBytes: false },
      {
        onProgress: async () => {
          if (changed) return;
          changed = true;
          const product = await t.addProduct();
          const grant = { productId: product.id, memberId: t.member.id, source: "admin", grantedBy: "system" } as const;
          await db().entitlement.create({ data: { tenantId: t.tenant.id, ...grant } });
        },
      },
    );
    const { rows } = await members(backup);
    expect(changed).toBe(true);
    expect(rows.products).toHaveLength(1);
    expect(rows.entitlements ?? []).toEqual([]);
  });
});
