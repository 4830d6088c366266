import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, IMAGE, pushImage } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { deleteManifest, deleteTag, listTagMoves, putManifest, setImmutableTags, undoTagMove } from "./index.ts";

const repositoryOf = async (t: Fixture) =>
  (await db().repository.findUniqueOrThrow({ where: { name: t.repository.name } })).id;
const tagOf = async (t: Fixture, name = "latest") =>
  (await db().tag.findFirst({ where: { tenantId: t.tenant.id, name } }))?.digest ?? null;

async function moved() {
  const t = await freshTenant();
  const one = await pushImage(t.ctx, t.repository);
  const two = await pushImage(t.as("operator"), t.repository);
  const repositoryId = await repositoryOf(t);
  const { moves } = await listTagMoves(t.ctx, repositoryId);
  return { t, one, two, repositoryId, moves, last: moves[0]?.id ?? "" };
}

describe("the history of tags", () => {
  it("has every move, newest first, with who and when, page by page", async () => {
    const { t, one, two, repositoryId, moves } = await moved();
    expect(moves).toMatchObject([
      { tag: "latest", from: one.digest, to: two.digest, by: t.users.operator.email, notUndone: null },
      {
        tag: "latest",
        from: null,
        to: one.digest,
        by: t.users.owner.email,
        notUndone: expect.stringContaining("delete"),
      },
    ]);
    await pushImage(t.ctx, t.repository, ["other"]);
    const first = await listTagMoves(t.ctx, repositoryId, { limit: 2 });
    expect(first.moves.map(({ tag }) => tag)).toEqual(["other", "latest"]);
    const rest = await listTagMoves(t.ctx, repositoryId, { limit: 2, before: first.next ?? "" });
    expect([rest.moves.length, rest.next]).toEqual([1, null]);
    expect((await listTagMoves(t.ctx, repositoryId, { tag: "other" })).moves).toHaveLength(1);
  });

  it("is nobody's of another tenant", async () => {
    const { repositoryId } = await moved();
    const other = await freshTenant();
    await expect(listTagMoves(other.ctx, repositoryId)).rejects.toMatchObject({ code: "not_found" });
    await expect(listTagMoves(other.ctx, "x")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("undoing a move", () => {
  it("moves the tag back, is recorded, and is itself a move that can be undone", async () => {
    const { t, one, two, repositoryId, last } = await moved();
    expect(await undoTagMove(t.as("operator"), last)).toEqual({ tag: "latest", digest: one.digest });
    expect(await tagOf(t)).toBe(one.digest);
    expect(await t.lastAudit()).toMatchObject({
      action: "registry.tagMoveUndone",
      subjectLabel: `${t.repository.name}:latest`,
      before: { digest: two.digest },
      after: { digest: one.digest },
    });
    const { moves } = await listTagMoves(t.ctx, repositoryId);
    await undoTagMove(t.ctx, moves[0]?.id ?? "");
    expect(await tagOf(t)).toBe(two.digest);
  });

  it("brings a deleted tag back", async () => {
    const { t, two, repositoryId } = await moved();
    await deleteTag(t.ctx, { repository: t.repository, tag: "latest" });
    const { moves } = await listTagMoves(t.ctx, repositoryId);
    expect(moves[0]).toMatchObject({ to: null, notUndone: null });
    await undoTagMove(t.ctx, moves[0]?.id ?? "");
    expect(await tagOf(t)).toBe(two.digest);
  });

  it("twice at once is done once", async () => {
    const { t, one, last } = await moved();
    const results = await Promise.allSettled([undoTagMove(t.ctx, last), undoTagMove(t.ctx, last)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await tagOf(t)).toBe(one.digest);
  });

  it("is refused where the tag moved since, was made by it, or the manifest is gone; and nothing changes", async () => {
    const { t, one, moves, last } = await moved();
    const refused = async (id: string, message: string) => {
      const before = await t.rows();
      await expect(undoTagMove(t.ctx, id)).rejects.toMatchObject({ code: "conflict", message });
      expect(await t.rows()).toEqual(before);
    };
    await refused(moves[1]?.id ?? "", "The tag was new: delete it instead.");
    await deleteManifest(t.ctx, { repository: t.repository, digest: one.digest });
    await refused(last, "The manifest that it came from is gone.");
    await pushImage(t.ctx, t.repository);
    await refused(last, "The tag has moved since.");
  });

  it("is refused for an immutable tag, to who may not move tags, and for another tenant's", async () => {
    const { t, last } = await moved();
    const other = await freshTenant();
    const before = await t.rows();
    await expect(undoTagMove(t.as("readonly"), last)).rejects.toMatchObject({ reason: "registry.moveTag" });
    for (const [ctx, id] of [
      [other.ctx, last],
      [t.ctx, newId()],
      [t.ctx, "x"],
    ] as const)
      await expect(undoTagMove(ctx, id)).rejects.toMatchObject({ code: "not_found" });
    expect(await t.rows()).toEqual(before);
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["lat*"] });
    await expect(undoTagMove(t.ctx, last)).rejects.toMatchObject({ message: "The tag is immutable by the rule lat*." });
  });

  it("gives a deleted immutable tag back to what it was", async () => {
    const { t, two, repositoryId } = await moved();
    await deleteTag(t.ctx, { repository: t.repository, tag: "latest" });
    await setImmutableTags(t.ctx, { productId: t.product.id, patterns: ["*"] });
    const push = putManifest(t.ctx, {
      repository: t.repository,
      reference: "latest",
      contentType: IMAGE,
      bytes: (await pushImage(t.ctx, t.repository, ["new"])).bytes,
    });
    await expect(push).rejects.toMatchObject({ reason: "immutable_tag" });
    const [deleted] = (await listTagMoves(t.ctx, repositoryId, { tag: "latest" })).moves;
    await undoTagMove(t.ctx, deleted?.id ?? "");
    expect(await tagOf(t)).toBe(two.digest);
  });
});
