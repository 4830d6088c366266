import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { blobStore, digestOf } from "#lib/storage/index.ts";
import {
  archiveSigners,
  type Fixture,
  freshTenant,
  IMAGE,
  messageBundle,
  nameSigners,
  newKeyPair,
  payloadOf,
  pushBlob,
  pushImage,
  pushIndex,
  signImage,
} from "#lib/testing/index.ts";
import { keyOfImage, putManifest, signersOfImage, signersOfImages, viewManifest } from "./index.ts";

const pair = newKeyPair();
const stranger = newKeyPair();
const build = { name: "build", publicKey: pair.publicKey };
const BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
const UNKNOWN = { by: [], problems: ["a signature by a key that the policy does not name"] };

let t: Fixture;
let repositoryId: string;
let digest: string;

beforeEach(async () => {
  t = await freshTenant();
  ({ digest } = await pushImage(t.ctx, t.repository));
  repositoryId = (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;
});

const signersOf = (of = digest, signers = [build]) => signersOfImage(db(), { repositoryId, digest: of }, signers);
const sign = (options: Partial<Parameters<typeof signImage>[2]> = {}, of = digest) =>
  signImage(t.ctx, { repository: t.repository, digest: of }, { pair, ...options });

describe("the signers of an image", () => {
  it.each(["tag", "referrer", "bundle", "list"] as const)(
    "are found where cosign leaves a signature: %s",
    async (as) => {
      expect(await signersOf()).toEqual({ by: [], problems: [] });
      await sign({ as });
      expect(await signersOf()).toEqual({ by: ["build"], problems: [] });
    },
  );

  it("are those whose keys are named", async () => {
    await sign({ pair: stranger });
    expect(await signersOf()).toEqual(UNKNOWN);
    await sign({ as: "bundle" });
    expect(await signersOf()).toEqual({ by: ["build"], problems: [] });
    const both = [build, { name: "before", publicKey: stranger.publicKey }];
    expect((await signersOf(digest, both)).by.sort()).toEqual(["before", "build"]);
  });

  it("signed that digest: another image's signature, put beside it, is none", async () => {
    const other = await pushImage(t.ctx, t.repository, ["other"]);
    await sign({ payload: payloadOf(other.digest) });
    expect(await signersOf()).toEqual({ by: [], problems: ["a signature of another image"] });
    await sign({ as: "bundle" }, other.digest);
    expect((await signersOf()).by).toEqual([]);
    expect((await signersOf(other.digest)).by).toEqual(["build"]);
  });

  it("are those of an index, and not of what it refers to", async () => {
    const index = await pushIndex(t.ctx, t.repository, "multi");
    await sign({ as: "bundle" }, index.digest);
    expect((await signersOf(index.digest)).by).toEqual(["build"]);
    expect((await signersOf(index.children[0])).by).toEqual([]);
  });

  it("signed its bytes: a signed file that is empty is not an image, whatever is written beside its signature", async () => {
    const [empty, content] = [Buffer.from("{}"), messageBundle(pair, Buffer.of())];
    for (const blob of [empty, content]) await pushBlob(t.ctx, t.repository, blob);
    const said = { annotations: { "dev.cosignproject.cosign/signature": "MEUCIQD6" } };
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: IMAGE,
        artifactType: BUNDLE,
        config: { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(empty), size: empty.length },
        layers: [{ mediaType: BUNDLE, digest: digestOf(content), size: content.length, ...said }],
        subject: { mediaType: IMAGE, digest, size: 1 },
      }),
    );
    await putManifest(t.ctx, { repository: t.repository, reference: digestOf(bytes), contentType: IMAGE, bytes });
    expect(await signersOf()).toEqual(UNKNOWN);
  });

  it("are not asked of another repository", async () => {
    await sign();
    const name = { ...t.repository, name: `${t.repository.name}-b` };
    const twin = await pushImage(t.ctx, name);
    const { id } = await db().repository.findUniqueOrThrow({ where: { name: name.name } });
    await db().manifest.updateMany({ where: { repositoryId: id, digest: twin.digest }, data: { digest } });
    expect(await signersOfImage(db(), { repositoryId: id, digest }, [build])).toEqual({ by: [], problems: [] });
  });

  it("are found among many signatures, up to a bound that is told", async () => {
    await sign({ before: 99 });
    expect((await signersOf()).by).toEqual(["build"]);
    await sign({ before: 1500 });
    const { by, problems } = await signersOf();
    expect(by).toEqual([]);
    expect(problems).toEqual([...UNKNOWN.problems, "more than 100 signatures"]);
  });

  it("are not hidden by a scan a night, which the same key says is no signature", async () => {
    await sign({ as: "bundle" });
    for (let night = 0; night < 51; night++) {
      await sign({ as: "bundle", pair: stranger, predicateType: `https://example.com/scan/v${night}` });
    }
    expect((await signersOf()).by).toEqual(["build"]);
  });

  it("signed nothing with a layer that is too large, cut, or lost", async () => {
    await sign({ payload: Buffer.concat([payloadOf(digest), Buffer.alloc(70_000, " ")]) });
    expect((await signersOf()).problems[0]).toMatch(/^a signature of 70\d+ bytes, more than the 65536 that are read$/);
    await sign({ payload: payloadOf(digest).subarray(0, -5) });
    expect(await signersOf()).toEqual({ by: [], problems: ["a signature that is cut or of an unknown form"] });
    const payload = Buffer.concat([payloadOf(digest), Buffer.from("\n")]);
    await sign({ payload });
    const blob = await db().blob.findFirstOrThrow({
      where: { size: payload.length, repositories: { some: { repositoryId } } },
    });
    await blobStore().remove(blob.storageKey);
    expect((await signersOf()).problems).toEqual(["a signature that can't be read from the store now"]);
  });

  it("are told on its manifest's page, where a policy names any, and not on a signature's", async () => {
    const seen = async (reference: string) => (await viewManifest(t.ctx, repositoryId, reference)).signedBy;
    const signature = await sign();
    const referrer = await sign({ as: "bundle", pair: stranger });
    expect(await seen("latest")).toBeNull();
    await nameSigners(t, { release: stranger, build: pair });
    expect((await seen("latest"))?.sort()).toEqual(["build", "release"]);
    expect([await seen(signature), await seen(referrer)]).toEqual([null, null]);
    await nameSigners(t, { other: newKeyPair() });
    expect(await seen(digest)).toEqual([]);
    await archiveSigners(t);
    expect(await seen(digest)).toBeNull();
  });

  it("are told of many images at once", async () => {
    const second = await pushImage(t.ctx, t.repository, ["second"]);
    await sign();
    await sign({ as: "bundle", pair: stranger }, second.digest);
    const images = [digest, second.digest].map((each) => ({ repositoryId, digest: each }));
    const found = await signersOfImages(db(), images, [build]);
    expect(images.map((image) => found.get(keyOfImage(image)))).toEqual([{ by: ["build"], problems: [] }, UNKNOWN]);
    expect(await signersOfImages(db(), [], [build])).toEqual(new Map());
  });
});
