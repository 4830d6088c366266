import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PruneFact, planPrune } from "./prune-plan.ts";
import type { PruneRule } from "./prune-rule.ts";
import { versionKey } from "./version-key.ts";

const NOW = new Date("2026-11-22T00:00:00Z");
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const release = (
  version: string,
  status: PruneFact["status"],
  more: { days?: number; channel?: string } = {},
): PruneFact => ({
  ...{ id: version, version, versionKey: versionKey(version), status },
  channel: more.channel ?? "stable",
  at: ago(more.days ?? 100),
});
const going = (releases: PruneFact[], rule: PruneRule) =>
  planPrune(releases, rule, NOW).flatMap(({ goes, version }) => (goes ? [version] : []));

const newestOf = (releases: PruneFact[], channel: string) =>
  releases
    .filter((one) => one.channel === channel && one.status === "published")
    .sort((a, b) => (a.versionKey < b.versionKey ? 1 : -1))
    .slice(0, 1)
    .map(({ version }) => version);

describe("pruning", () => {
  const releases = [
    release("1.0.0", "archived"),
    release("1.1.0", "published"),
    release("1.2.0", "yanked", { days: 10 }),
    release("1.3.0", "published", { days: 5 }),
    release("1.4.0", "draft"),
    release("1.4.0-rc.1", "archived", { days: 5, channel: "beta" }),
  ];

  it("takes what is archived or yanked, and published only where the rule says so", () => {
    expect(going(releases, { keepLast: 0 })).toEqual(["1.4.0-rc.1", "1.2.0", "1.0.0"]);
    expect(going(releases, { keepLast: 0, published: true })).toEqual(["1.4.0-rc.1", "1.2.0", "1.1.0", "1.0.0"]);
  });

  it("keeps the newest of each channel, and what is younger than it says", () => {
    expect(going(releases, { keepLast: 2 })).toEqual(["1.0.0"]);
    expect(going(releases, { olderThanDays: 30 })).toEqual(["1.0.0"]);
    expect(going(releases, { olderThanDays: 10 })).toEqual(["1.2.0", "1.0.0"]);
    expect(going(releases, { keepLast: 3, olderThanDays: 1, published: true })).toEqual(["1.0.0"]);
  });

  it("looks at the channels that it names alone", () => {
    expect(going(releases, { keepLast: 0, channels: ["beta"] })).toEqual(["1.4.0-rc.1"]);
  });

  it("takes no draft, and never the newest published one of a channel", () => {
    const fact = fc.record({
      n: fc.nat(20),
      status: fc.constantFrom<PruneFact["status"]>("draft", "published", "yanked", "archived"),
      channel: fc.constantFrom("stable", "beta"),
      days: fc.nat(50),
    });
    const rule = fc.record({ keepLast: fc.nat(3), olderThanDays: fc.nat(50), published: fc.boolean() });
    fc.assert(
      fc.property(fc.uniqueArray(fact, { selector: ({ n }) => n }), rule, (facts, asked) => {
        const all = facts.map(({ n, status, channel, days }) => release(`1.${n}.0`, status, { days, channel }));
        const taken = new Set(going(all, asked));
        const taking = (is: (one: PruneFact) => boolean) => all.filter((one) => is(one) && taken.has(one.version));
        expect(taking(({ status }) => status === "draft")).toEqual([]);
        expect(["stable", "beta"].flatMap((channel) => newestOf(all, channel)).filter((v) => taken.has(v))).toEqual([]);
      }),
    );
  });
});
