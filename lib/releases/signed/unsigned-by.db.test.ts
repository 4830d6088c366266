import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant, newKeyPair, newRelease, pushImage, signed, signImage } from "#lib/testing/index.ts";
import { publishRelease, putAsset, tieImage, unsignedBy } from "../index.ts";

const build = newKeyPair();
const signers = [{ name: "build", publicKey: build.publicKey }];

it("a policy's preview says which published releases hold what no key of it signed", async () => {
  const t = await freshTenant();
  const releases: Record<string, string> = {};
  for (const version of ["1.0.0", "1.1.0", "2.0.0"]) {
    const { digest } = await pushImage(t.ctx, t.repository, [version]);
    const { id: repositoryId } = await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });
    const { id: releaseId } = await newRelease(t, { version });
    releases[version] = releaseId;
    await tieImage(t.ctx, { releaseId, repositoryId, reference: version });
    const put = (filename: string, bytes: Buffer) =>
      putAsset(t.ctx, { releaseId, filename }, { source: Readable.from([bytes]), length: bytes.length });
    const bytes = randomBytes(1000);
    await put("app.zip", bytes);
    if (version === "1.1.0") await put("app.zip.sig", Buffer.from(signed(build, bytes)));
    if (version !== "1.0.0") await signImage(t.ctx, { repository: t.repository, digest }, { pair: build });
    if (version !== "2.0.0") await publishRelease(t.ctx, { releaseId });
  }
  const of = (version: string) => ({
    id: releases[version],
    version,
    product: { slug: t.product.slug, name: t.product.name },
  });
  const image = { name: `${t.repository.name}:1.0.0`, problem: "no signature" };
  const file = { name: "app.zip", problem: "no signature" };
  // The draft 2.0.0 is asked when it is published.
  expect(await unsignedBy(t.as("readonly"), { signers, signedFiles: false })).toEqual({
    unsigned: [{ release: of("1.0.0"), what: [image] }],
    checked: 2,
    isCut: false,
  });
  expect(await unsignedBy(t.ctx, { signers, signedFiles: true })).toEqual({
    unsigned: [{ release: of("1.0.0"), what: [image, file] }],
    checked: 2,
    isCut: false,
  });
  await db().asset.updateMany({
    where: { filename: "app.zip", releaseId: releases["1.1.0"] },
    data: { size: 2 ** 31 },
  });
  const stranger = [{ name: "other", publicKey: newKeyPair().publicKey }];
  expect(await unsignedBy(t.ctx, { signers: stranger, signedFiles: true })).toMatchObject({ isCut: true });
  expect(await unsignedBy(t.ctx, { signers: [], signedFiles: false })).toEqual({
    unsigned: [],
    checked: 0,
    isCut: false,
  });
  await expect(unsignedBy(t.as(null), { signers, signedFiles: false })).rejects.toMatchObject({
    code: "forbidden",
  });
});
