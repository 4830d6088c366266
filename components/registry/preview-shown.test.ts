import { describe, expect, it } from "vitest";
import { previewShown, type WholePreview } from "./preview-shown.ts";

const repository = (n: number, goes: boolean): WholePreview["repositories"][number] => ({
  id: String(n),
  name: `acme/agent/${n}`,
  tags: Array.from({ length: 1000 }, (_, tag) => ({ name: `v${tag}`, goes, why: "some rule" })),
  going: [],
  staying: [],
  bytes: 0,
});

describe("a preview of a thousand repositories", () => {
  it("fits on a page: those that lose something first, the rest counted", () => {
    const repositories = Array.from({ length: 1000 }, (_, n) => repository(n, n >= 990));
    const total = { tags: 10_000, manifests: 0, bytes: 0 };
    const shown = previewShown({ asOf: new Date(), fingerprint: "f", total, repositories });
    expect(JSON.stringify(shown).length).toBeLessThan(1024 * 1024);
    expect([shown.repositories.length, shown.more, shown.total]).toEqual([50, 950, total]);
    expect(shown.repositories.slice(0, 11).map(({ tags }) => tags.count)).toEqual([...Array(10).fill(1000), 0]);
  });
});
