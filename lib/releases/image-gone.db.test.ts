import { beforeEach, describe, expect, it } from "vitest";
import { deleteManifest, putManifest } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, IMAGE, newRelease, type Pushed, pushImage } from "#lib/testing/index.ts";
import { archiveRelease, publishRelease, restoreRelease, tieImage, untieImage } from "./index.ts";

let t: Fixture;
let image: Pushed;
let repositoryId: string;

beforeEach(async () => {
  t = await freshTenant();
  image = await pushImage(t.ctx, t.repository, ["1.2.0"]);
  const { name } = t.repository;
  repositoryId = (await db().repository.findUniqueOrThrow({ where: { name } })).id;
});

const tied = async (version: string) => {
  const { id: releaseId } = await newRelease(t, { version });
  await tieImage(t.ctx, { releaseId, repositoryId, reference: "1.2.0" });
  return releaseId;
};
const archived = async (version: string) => {
  const releaseId = await tied(version);
  await publishRelease(t.ctx, { releaseId });
  await archiveRelease(t.ctx, { releaseId });
  return releaseId;
};
const remove = () => deleteManifest(t.ctx, { repository: t.repository, digest: image.digest });
// Its blobs are there until the clean-up.
const pushAgain = () =>
  putManifest(t.ctx, { repository: t.repository, reference: "1.2.0", contentType: IMAGE, bytes: image.bytes });

describe("a release whose image is gone", () => {
  it("is neither published nor restored until the image is untied or tied again", async () => {
    const [draft, release] = [await tied("2.0.0"), await archived("1.2.0")];
    await remove();
    const refusal = { code: "conflict", reason: "image_gone", message: expect.stringContaining("1.2.0@sha256:") };
    const rows = await t.rows();
    await expect(publishRelease(t.ctx, { releaseId: draft })).rejects.toMatchObject(refusal);
    await expect(restoreRelease(t.ctx, { releaseId: release })).rejects.toMatchObject(refusal);
    expect(await t.rows()).toEqual(rows);
    await untieImage(t.ctx, { releaseId: release, repositoryId, digest: image.digest });
    expect((await restoreRelease(t.ctx, { releaseId: release })).release.status).toBe("published");
    await pushAgain();
    await tieImage(t.ctx, { releaseId: draft, repositoryId, reference: "1.2.0" });
    expect((await publishRelease(t.ctx, { releaseId: draft })).release.status).toBe("published");
  });

  it("that is archived takes that very image back and no other", async () => {
    const releaseId = await archived("1.2.0");
    await remove();
    const { digest: other } = await pushImage(t.ctx, t.repository);
    await expect(tieImage(t.ctx, { releaseId, repositoryId, reference: other })).rejects.toMatchObject({
      code: "conflict",
    });
    await pushAgain();
    const again = await tieImage(t.ctx, { releaseId, repositoryId, reference: image.digest });
    expect(again).toMatchObject({ changed: true });
    expect((await restoreRelease(t.ctx, { releaseId })).release.status).toBe("published");
  });
});
