import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Fixture, freshTenant, pushImage } from "#lib/testing/index.ts";
import { listTags } from "./index.ts";

const repositoryOf = (t: Fixture) => db().repository.findUniqueOrThrow({ where: { name: t.repository.name } });

describe("the list of tags", () => {
  it("is in the order of bytes, page by page, each tag once", async () => {
    const t = await freshTenant();
    const tags = ["b", "B", "a", "_", "10", "9", "a-b", "a.b", "a_b", "aB", "Z"];
    await pushImage(t.ctx, t.repository, tags);
    const { id } = await repositoryOf(t);
    const sorted = [...tags].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
    expect((await listTags(id, { last: null, limit: 100 })).tags).toEqual(sorted);
    const paged: string[] = [];
    for (let last: string | null = null, more = true; more; last = paged.at(-1) ?? null) {
      const page: { tags: string[]; more: boolean } = await listTags(id, { last, limit: 3 });
      paged.push(...page.tags);
      more = page.more;
    }
    expect(paged).toEqual(sorted);
  });

  it("goes on after a tag that is not there (any more)", async () => {
    const t = await freshTenant();
    await pushImage(t.ctx, t.repository, ["a", "c"]);
    const { id } = await repositoryOf(t);
    expect(await listTags(id, { last: "b", limit: 10 })).toEqual({ tags: ["c"], more: false });
    expect(await listTags(id, { last: "z", limit: 10 })).toEqual({ tags: [], more: false });
  });

  it("is the repository's own", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    await pushImage(a.ctx, a.repository, ["mine"]);
    await pushImage(b.ctx, b.repository, ["theirs"]);
    expect((await listTags((await repositoryOf(a)).id, { last: null, limit: 10 })).tags).toEqual(["mine"]);
  });
});
