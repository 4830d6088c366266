import { expect, it } from "vitest";
import { makeBackup, setPassphrase } from "#lib/backup/index.ts";
import { db } from "#lib/db/index.ts";
import { tieImage } from "#lib/releases/index.ts";
import { freshTenant, newRelease, pushImage } from "#lib/testing/index.ts";
import { previewDisconnect } from "../index.ts";

it("an image of which a layer was never fetched is named by what counts on it: releases, disconnecting, backups", async () => {
  const t = await freshTenant();
  await setPassphrase(t.ctx, { passphrase: "four words nobody guesses" });
  const image = await pushImage(t.ctx, t.repository, ["1.0"]);
  const whole = await pushImage(t.ctx, t.repository, ["1.1"]);
  const { id: repositoryId } = await db().repository.findFirstOrThrow({ where: { name: t.repository.name } });
  const release = await newRelease(t, { status: "draft" });
  const tie = (reference: string) => tieImage(t.ctx, { releaseId: release.id, repositoryId, reference });
  const preview = () => previewDisconnect(t.ctx, [repositoryId]);
  const unfetched = async () => (await makeBackup(t.ctx, { withBytes: false })).contents;
  expect(await preview()).toEqual({ tags: 0 });
  expect(await unfetched()).toMatchObject({ unfetched: 0 });

  // As a pull through a mirror leaves it: the manifest is here, and what nobody asked for is not.
  await db().repositoryBlob.delete({ where: { repositoryId_digest: { repositoryId, digest: image.layer } } });
  expect(await preview()).toEqual({ tags: 1 });
  expect(await unfetched()).toMatchObject({ unfetched: 1 });
  const before = await t.rows();
  await expect(tie("1.0")).rejects.toMatchObject({
    code: "conflict",
    reason: "not_whole",
    message: expect.stringContaining("1 part of this image is not here, but only upstream"),
  });
  expect(await t.rows()).toEqual(before);
  expect(await tie("1.1")).toMatchObject({ changed: true, image: { digest: whole.digest } });
  const other = await freshTenant();
  expect(await previewDisconnect(other.ctx, [repositoryId])).toEqual({ tags: 0 });
}, 60_000);
