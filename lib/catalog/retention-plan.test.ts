import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RetentionRule } from "#lib/policies/index.ts";
import { planRetention, type RetentionFacts } from "./retention-plan.ts";
import { immutableBy, patternOf, subjectOfTag } from "./tag-pattern.ts";

const NOW = new Date("2026-11-22T00:00:00Z");
const DAY = 86_400_000;
const ago = (days: number) => new Date(NOW.getTime() - days * DAY);
const NOTHING: RetentionRule = {
  keepLast: null,
  keepDays: null,
  keepPatterns: [],
  keepPulledDays: null,
  untaggedDays: null,
};
const D = (n: number) => `sha256:${n.toString(16).padStart(64, "0")}`;
const manifest = (n: number, more: Partial<RetentionFacts["manifests"][number]> = {}) => ({
  digest: D(n),
  untaggedSince: ago(100),
  pulledAt: null,
  subject: null,
  release: null,
  children: [],
  ...more,
});
const tag = (name: string, n: number, more: Partial<RetentionFacts["tags"][number]> = {}) => ({
  name,
  digest: D(n),
  taggedAt: ago(100),
  pulledAt: null,
  ...more,
});
const plan = (facts: RetentionFacts, rule: Partial<RetentionRule>, immutable: string[] = []) =>
  planRetention(facts, { rule: { ...NOTHING, ...rule }, immutable, now: NOW });
const goingTags = (result: ReturnType<typeof plan>) => result.tags.filter(({ goes }) => goes).map(({ name }) => name);
const why = (result: ReturnType<typeof plan>) => Object.fromEntries(result.tags.map((fate) => [fate.name, fate.why]));

describe("retention", () => {
  const facts: RetentionFacts = {
    tags: [
      tag("v1", 1),
      tag("old", 2),
      tag("pulled", 3, { pulledAt: ago(3) }),
      tag("young", 4, { taggedAt: ago(5) }),
      tag("newest", 5, { taggedAt: ago(1) }),
    ],
    manifests: [1, 2, 3, 4, 5].map((n) => manifest(n)),
  };

  it("takes what no rule keeps, and says of each why it stays", () => {
    const result = plan(facts, { keepLast: 1, keepDays: 30, keepPatterns: ["v*"], keepPulledDays: 7 });
    expect(why(result)).toEqual({
      v1: "matches v*",
      old: "kept by no rule",
      pulled: "pulled in the last 7 days",
      young: "younger than 30 days",
      newest: "one of the newest 1",
    });
    expect(result.going).toEqual([{ digest: D(2), goes: true, why: "loses its last tag" }]);
  });

  it("without a number or an age takes no tag, whatever else is said", () => {
    expect(goingTags(plan(facts, { keepPatterns: ["v*"], keepPulledDays: 1, untaggedDays: 1 }))).toEqual([]);
  });

  it("never takes an immutable tag", () => {
    expect(why(plan(facts, { keepLast: 1 }, ["o*"])).old).toBe("immutable by o*");
  });

  it("takes untagged manifests by how long they have been without a tag", () => {
    const untagged = { tags: [], manifests: [manifest(1, { untaggedSince: ago(2) }), manifest(2)] };
    const result = plan(untagged, { untaggedDays: 7 });
    expect(result.going).toEqual([{ digest: D(2), goes: true, why: "without a tag for long enough" }]);
    expect(result.staying).toEqual([{ digest: D(1), goes: false, why: "without a tag for less than 7 days" }]);
    expect(plan(untagged, { keepLast: 1 }).going).toEqual([]);
  });

  it("lets children and referrers follow an index, in order, but for what another still needs", () => {
    const index = {
      tags: [tag("old", 1), tag("new", 2, { taggedAt: ago(1) })],
      manifests: [
        manifest(5, { subject: D(4) }),
        manifest(3),
        manifest(4),
        manifest(1, { children: [D(3), D(4)] }),
        manifest(2, { children: [D(3)] }),
      ],
    };
    expect(plan(index, { keepLast: 1 }).going.map(({ digest }) => digest)).toEqual([D(5), D(1), D(4)]);
  });

  it("keeps a signature with its image, by subject and by tag, and lets both go with it", () => {
    const name = `${D(1).replace(":", "-")}.sig`;
    const signed = {
      tags: [tag("v1", 1), tag(name, 2), tag("new", 4, { taggedAt: ago(1) })],
      manifests: [manifest(1), manifest(2), manifest(3, { subject: D(1) }), manifest(4)],
    };
    expect(plan(signed, { keepLast: 2 }).going).toEqual([]);
    expect(why(plan(signed, { keepLast: 2 }))[name]).toBe("belongs to a manifest that stays");
    const gone = plan(signed, { keepLast: 1 });
    expect(goingTags(gone).sort()).toEqual([name, "v1"].sort());
    expect(gone.going.map(({ digest }) => digest).sort()).toEqual([D(1), D(2), D(3)]);
  });

  it("keeps a child that was pulled by its digest, where its index goes", () => {
    const pinned = {
      tags: [tag("old", 1), tag("new", 3, { taggedAt: ago(1) })],
      manifests: [manifest(1, { children: [D(2)] }), manifest(2, { pulledAt: ago(1) }), manifest(3)],
    };
    expect(plan(pinned, { keepLast: 1, keepPulledDays: 7 }).going.map(({ digest }) => digest)).toEqual([D(1)]);
  });
});

/** Repositories of up to ten manifests, whose references only lead to those before them. */
const repositories = fc
  .array(
    fc.record({
      untagged: fc.nat(20),
      pulled: fc.option(fc.nat(20)),
      subject: fc.option(fc.nat(9)),
      children: fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
    }),
    { maxLength: 10 },
  )
  .chain((rows) =>
    fc.record({
      manifests: fc.constant(
        rows.map(({ untagged, pulled, subject, children }, n) =>
          manifest(n, {
            untaggedSince: ago(untagged),
            pulledAt: pulled === null ? null : ago(pulled),
            subject: subject === null || subject === n ? null : D(subject),
            children: children.filter((child) => child < n).map(D),
          }),
        ),
      ),
      tags:
        rows.length === 0
          ? fc.constant([])
          : fc.uniqueArray(
              fc
                .record({
                  name: fc.oneof(
                    fc.stringMatching(/^[va][0-9]$/),
                    fc.nat(9).map((n) => `${D(n).replace(":", "-")}.sig`),
                  ),
                  n: fc.nat(rows.length - 1),
                  age: fc.nat(20),
                  pulled: fc.option(fc.nat(20)),
                })
                .map(({ name, n, age, pulled }) =>
                  tag(name, n, { taggedAt: ago(age), pulledAt: pulled === null ? null : ago(pulled) }),
                ),
              { maxLength: 8, selector: ({ name }) => name },
            ),
    }),
  );
const days = fc.option(fc.integer({ min: 1, max: 15 }));
const asked = fc.record({
  rule: fc.record({
    keepLast: fc.option(fc.integer({ min: 1, max: 4 })),
    keepDays: days,
    keepPatterns: fc.subarray(["v*", "a1"]),
    keepPulledDays: days,
    untaggedDays: days,
  }),
  immutable: fc.subarray(["v1", "*2"]),
  now: fc.constant(NOW),
});

const always = (property: (facts: RetentionFacts, ask: Parameters<typeof planRetention>[1]) => void) =>
  fc.assert(fc.property(repositories, asked, property), { numRuns: 1500 });
const isRecent = (at: Date | null, limit: number | null) =>
  at !== null && limit !== null && NOW.getTime() - at.getTime() < limit * DAY;

describe("retention, of any repository by any rule,", () => {
  it("never takes what is immutable, matches, is young, or was pulled", () =>
    always((facts, ask) => {
      const { tags, going } = planRetention(facts, ask);
      for (const { name } of tags.filter((fate) => fate.goes && !subjectOfTag(fate.name))) {
        const one = facts.tags.find((each) => each.name === name);
        expect(immutableBy(name, ask.immutable) ?? patternOf(name, ask.rule.keepPatterns)).toBeNull();
        expect(isRecent(one?.taggedAt ?? null, ask.rule.keepDays)).toBe(false);
        expect(isRecent(one?.pulledAt ?? null, ask.rule.keepPulledDays)).toBe(false);
      }
      for (const { digest } of going) {
        const one = facts.manifests.find((each) => each.digest === digest);
        expect(isRecent(one?.pulledAt ?? null, ask.rule.keepPulledDays)).toBe(false);
      }
    }));

  it("leaves no tag, and no index, with something missing (I2), and no referrer without its subject", () =>
    always((facts, ask) => {
      const { tags, gone, stays } = outcome(facts, ask);
      expect(tags.filter(({ goes, digest }) => !goes && gone.has(digest))).toEqual([]);
      const left = facts.manifests.filter(({ digest }) => !gone.has(digest));
      expect(left.flatMap(({ children }) => children.filter((child) => gone.has(child)))).toEqual([]);
      const lost = facts.manifests.filter(({ digest, subject }) => gone.has(digest) && subject && stays.has(subject));
      expect(lost).toEqual([]);
    }));

  it("lists each tag once, and an index before its children", () =>
    always((facts, ask) => {
      const { tags, gone, going } = outcome(facts, ask);
      expect(tags.map(({ name }) => name)).toEqual(facts.tags.map(({ name }) => name).sort());
      expect(gone.size).toBe(going.length);
      const place = (digest: string) => going.findIndex((each) => each.digest === digest);
      const pairs = facts.manifests.flatMap(({ digest, children }) =>
        children.map((child) => [digest, child] as const),
      );
      const both = pairs.filter(([parent, child]) => gone.has(parent) && gone.has(child));
      expect(both.filter(([parent, child]) => place(parent) > place(child))).toEqual([]);
    }));

  it("takes each only for a reason of its own, or with what it belongs to", () =>
    always((facts, ask) => {
      const { going, tags } = planRetention(facts, ask);
      const reasons = going.filter(({ why }) => why === "without a tag for long enough");
      if (ask.rule.untaggedDays === null) expect(reasons).toEqual([]);
      if (ask.rule.keepLast === null && ask.rule.keepDays === null)
        expect(tags.filter(({ goes, name }) => goes && !subjectOfTag(name))).toEqual([]);
    }));

  it("leaves what would be left by itself: a second time nothing goes", () =>
    always((facts, ask) => {
      const { tags, gone } = outcome(facts, ask);
      const leaving = new Set(tags.filter(({ goes }) => goes).map(({ name }) => name));
      const left = {
        tags: facts.tags.filter(({ name }) => !leaving.has(name)),
        // What lost its tag was without one from now on.
        manifests: facts.manifests
          .filter(({ digest }) => !gone.has(digest))
          .map((each) => ({ ...each, untaggedSince: isTagged(facts, each.digest) ? NOW : each.untaggedSince })),
      };
      const again = outcome(left, ask);
      expect([again.going, again.tags.filter(({ goes }) => goes)]).toEqual([[], []]);
    }));
});

function outcome(facts: RetentionFacts, ask: Parameters<typeof planRetention>[1]) {
  const { tags, going } = planRetention(facts, ask);
  const gone = new Set(going.map(({ digest }) => digest));
  const stays = new Set(facts.manifests.map(({ digest }) => digest).filter((digest) => !gone.has(digest)));
  return { tags, going, gone, stays };
}

const isTagged = ({ tags }: RetentionFacts, wanted: string) => tags.some(({ digest }) => digest === wanted);
