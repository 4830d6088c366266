import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { forceDeleteRelease } from "#lib/releases/index.ts";
import {
  type Fixture,
  freshTenant,
  newUser,
  personalToken,
  publishAsset,
  pushImage,
  pushIndex,
  robotToken,
} from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { downloaded, person, proven, pulled, repositoryOf } from "./fetched.fixture.ts";
import {
  fetchersCsv,
  liftRecall,
  listFetchers,
  listOwnRecalls,
  previewRecall,
  recallImage,
  recallRelease,
  recallsOfReleases,
  type Thing,
} from "./index.ts";

const REASON = "It loses data.";

async function who(t: Fixture, thing: Thing) {
  const { fetchers } = await listFetchers(t.ctx, { thing, limit: 100 });
  return fetchers.map(({ label, kind, times }) => [label, kind, times]);
}

describe("who fetched a release", () => {
  it("is each person once, whatever their tokens, with all that they fetched", async () => {
    const t = await freshTenant();
    const asset = await publishAsset(t, { product: t.product, filename: "=app.tar.gz" });
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const of = { tenantId: t.tenant.id, releaseId: asset.releaseId, repositoryId: await repositoryOf(t) };
    await db().releaseImage.create({ data: { ...of, digest: index.digest, manifestDigest: index.digest } });
    const token = await personalToken({ id: t.member.userId, email: t.member.email });
    const robot = await robotToken(t.ctx, ["registry.pull"]);
    const [child = ""] = index.children;
    const other = await pushImage(t.ctx, t.repository, ["other"]);
    await downloaded(t, asset, person(t.member), { actor: `token:${token.id}`, memberId: t.member.id });
    await pulled(t, child, { actor: `token:${token.id}`, memberId: t.member.id });
    await pulled(t, index.digest, { actor: `token:${robot.id}` }, { actor: `user:${t.users.operator.id}` });
    await pulled(t, index.digest, { actor: `user:${newId()}` }, { actor: "anonymous" });
    await pulled(t, other.digest, person(await t.addMember()));
    const releaseId = asset.releaseId;
    const expected = [
      [t.member.email, "member", 3],
      ["anonymous", "other", 1],
      ["somebody who is gone", "other", 1],
      [expect.stringMatching(/^r/), "robot", 1],
      [t.users.operator.email, "team", 1],
    ];
    const found = await who(t, { releaseId });
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(found.map(([label]) => label)).toEqual(found.map(([label]) => label).sort());
    const { fetchers } = await listFetchers(t.as("readonly"), { thing: { releaseId }, kind: "member" });
    expect(fetchers).toHaveLength(1);
    expect(fetchers[0]?.memberId).toBe(t.member.id);
    expect(fetchers[0]?.things.map(({ what, times }) => [what, times])).toEqual([
      [`${t.repository.name}:v1@${child.slice(0, 19)}`, 1],
      ["=app.tar.gz", 2],
    ]);
    expect(await previewRecall(t.ctx, { releaseId })).toEqual({ member: 1, robot: 1, team: 1, other: 2, letters: 0 });
    await proven(t.member.userId);
    expect((await previewRecall(t.ctx, { releaseId })).letters).toBe(1);
    expect(
      (await listFetchers(t.ctx, { thing: { releaseId }, search: t.member.email.slice(0, 9) })).fetchers,
    ).toHaveLength(1);
  });

  it("is the same of the recall, also once the release and its images were deleted", async () => {
    const t = await freshTenant();
    const asset = await publishAsset(t, { product: t.product, filename: "=app.tar.gz" });
    await downloaded(t, asset, person(t.member));
    const { recall } = await recallRelease(t.ctx, { releaseId: asset.releaseId, reason: REASON });
    const { version } = await db().release.findUniqueOrThrow({ where: { id: asset.releaseId } });
    await forceDeleteRelease(t.ctx, { releaseId: asset.releaseId, version });
    const lines: string[] = [];
    for await (const text of fetchersCsv(t.as("readonly"), { recallId: recall.id })) lines.push(...text.split("\r\n"));
    expect(lines).toEqual([
      "who,kind,member,what,first fetched,last fetched,times",
      expect.stringMatching(`^${t.member.email},member,${t.member.id},'=app.tar.gz,20[^,]+Z,20[^,]+Z,1$`),
      "",
    ]);
  });

  it("comes a page at a time, each once", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    const thing = { repositoryId: await repositoryOf(t), digest };
    await pulled(t, digest, ...Array.from({ length: 7 }, () => ({ actor: `user:${newId()}` })), person(t.member));
    const labels: string[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const page = await listFetchers(t.ctx, { thing, limit: 3, after });
      labels.push(...page.fetchers.map(({ label }) => label));
      after = page.next ?? undefined;
      pages += 1;
    } while (after);
    expect([pages, labels.length, new Set(labels).size]).toEqual([3, 8, 2]);
    await expect(listFetchers(t.ctx, { thing, after: "x" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("is nobody's of another workspace to see", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const { digest } = await pushImage(other.ctx, other.repository);
    const repositoryId = await repositoryOf(other);
    await pulled(other, digest, person(other.member));
    const { recall } = await recallImage(other.ctx, { repositoryId, digest, reason: REASON });
    for (const thing of [
      { recallId: recall.id },
      { repositoryId, digest },
      { releaseId: newId() },
      { recallId: "x" },
    ]) {
      await expect(listFetchers(t.ctx, { thing })).rejects.toMatchObject({ code: "not_found" });
      await expect(previewRecall(t.ctx, thing)).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(listFetchers(t.as(null), { thing: { repositoryId, digest } })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await listOwnRecalls(t, other.member.id)).toEqual([]);
  });
});

describe("what a member is told in the portal", () => {
  it("is of standing recalls of what they fetched alone", async () => {
    const t = await freshTenant();
    const other = await t.addMember();
    const asset = await publishAsset(t, { product: t.product });
    const index = await pushIndex(t.ctx, t.repository, "v1");
    const repositoryId = await repositoryOf(t);
    await downloaded(t, asset, person(t.member));
    await pulled(t, index.children[0] ?? "", person(t.member));
    const release = await recallRelease(t.ctx, { releaseId: asset.releaseId, reason: REASON, replacement: "2" });
    const image = await recallImage(t.ctx, { repositoryId, digest: index.digest, reason: REASON });
    expect((await listOwnRecalls(t, t.member.id)).map(({ id }) => id)).toEqual([image.recall.id, release.recall.id]);
    expect(await listOwnRecalls(t, other.id)).toEqual([]);
    expect((await recallsOfReleases(t, [asset.releaseId])).get(asset.releaseId)).toMatchObject({
      reason: REASON,
      replacement: "2",
      image: null,
    });
    await liftRecall(t.ctx, { recallId: release.recall.id, reason: "no" });
    expect((await listOwnRecalls(t, t.member.id)).map(({ id }) => id)).toEqual([image.recall.id]);
    expect((await recallsOfReleases(t, [asset.releaseId])).size).toBe(0);
  });

  it("is of a release whose image is recalled, too", async () => {
    const t = await freshTenant();
    const { releaseId } = await publishAsset(t, { product: t.product });
    const { digest } = await pushImage(t.ctx, t.repository);
    const repositoryId = await repositoryOf(t);
    const of = { tenantId: t.tenant.id, releaseId, repositoryId };
    await db().releaseImage.create({ data: { ...of, digest, manifestDigest: digest } });
    const { recall } = await recallImage(t.ctx, { repositoryId, digest, reason: REASON });
    expect((await recallsOfReleases(t, [releaseId])).get(releaseId)).toMatchObject({
      reason: REASON,
      image: recall.label,
    });
    await recallRelease(t.ctx, { releaseId, reason: "all of it" });
    expect((await recallsOfReleases(t, [releaseId])).get(releaseId)).toMatchObject({
      reason: "all of it",
      image: null,
    });
    await liftRecall(t.ctx, { recallId: recall.id, reason: "no" });
    expect((await recallsOfReleases(t, [releaseId])).get(releaseId)?.image).toBeNull();
  });

  it("stays where the account is another's", async () => {
    const t = await freshTenant();
    const user = await newUser();
    expect(await listOwnRecalls(t, user.id)).toEqual([]);
  });
});
