import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { putManifest } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { freshTenant, IMAGE, imageOf, pushBlob, randomBlob, swept } from "#lib/testing/index.ts";
import { env } from "../env.ts";
import { archiveName } from "./files.ts";
import { makeBackup } from "./index.ts";
import { look, lookAndDo, withPassphrase } from "./restore.contract.ts";

it("a restore says that a layer of the file is damaged, and changes nothing", { timeout: 60_000 }, async () => {
  const t = await freshTenant();
  await withPassphrase(t);
  const [config, layer] = [Buffer.from("{}"), randomBlob(6_000_000)];
  for (const blob of [config, layer]) await pushBlob(t.ctx, t.repository, blob);
  const bytes = imageOf(config, [layer]);
  await putManifest(t.ctx, { repository: t.repository, reference: "latest", contentType: IMAGE, bytes });
  const backup = await makeBackup(t.ctx, { withBytes: true });
  const ofTenant = { where: { tenantId: t.tenant.id } };
  await db().tag.deleteMany(ofTenant);
  await db().manifest.deleteMany(ofTenant);
  await db().repositoryBlob.deleteMany(ofTenant);
  await swept();
  const place = path.join(env().DATA_DIR, archiveName(backup));
  const written = await readFile(place);
  const at = written.length - 150_000;
  written[at] = (written[at] ?? 0) ^ 1;
  await writeFile(place, written);
  // Rows come before layers: looking reads no further.
  await look(t, backup);
  const before = await t.rows();
  await expect(lookAndDo(t, backup)).rejects.toMatchObject({ code: "conflict", reason: "backup_damaged" });
  expect(await t.rows()).toEqual(before);
});
