import type { RetentionRule } from "#lib/policies/index.ts";
import { plural } from "../format.ts";
import { immutableBy, isAttachedTag, patternOf, subjectOfTag } from "./tag-pattern.ts";

/** A repository as retention sees it. */
export interface RetentionFacts {
  tags: readonly { name: string; digest: string; taggedAt: Date; pulledAt: Date | null }[];
  manifests: readonly ManifestFact[];
}

export interface ManifestFact {
  digest: string;
  /** Since when no tag has led to it; where none ever did, since it was pushed. */
  untaggedSince: Date;
  pulledAt: Date | null;
  /** The manifest that it is a signature, SBOM or the like of. */
  subject: string | null;
  /** The version of a published or yanked release that holds it. */
  release: string | null;
  /** What it refers to as an index. */
  children: readonly string[];
}

export interface Fate {
  goes: boolean;
  /** Why it stays, or why it goes. */
  why: string;
}

export interface RetentionPlan {
  tags: (Fate & { name: string; digest: string })[];
  /** Those that go, an index before its children. */
  going: (Fate & { digest: string })[];
  /** Those without a tag that stay, and belong to none that stays either. */
  staying: (Fate & { digest: string })[];
}

interface Asked {
  rule: RetentionRule;
  immutable: readonly string[];
  now: Date;
}

const DAY_MS = 86_400_000;

/**
 * What a rule takes from a repository. A tag goes that nothing keeps; a manifest goes with its last tag, or once it has been
 * without one for long enough. Children and referrers follow their parent, and stay with any that stays. Pure.
 */
export function planRetention({ tags, manifests }: RetentionFacts, asked: Asked): RetentionPlan {
  const keepers = tagKeepers({ tags, manifests }, asked);
  const fates = tags.filter(({ name }) => !subjectOfTag(name)).map((tag) => ({ ...tag, why: keepers(tag) }));
  const kept = new Set(fates.filter(({ why }) => why !== null).map(({ digest }) => digest));
  const shape = shapeOf(manifests);
  const tagged = new Set(tags.map(({ digest }) => digest));
  const staying: RetentionPlan["staying"] = [];
  for (const manifest of manifests) {
    const why = keptByItself(manifest, asked, { tagged: tagged.has(manifest.digest), root: shape.isRoot(manifest) });
    if (why === null) continue;
    kept.add(manifest.digest);
    if (!tagged.has(manifest.digest)) staying.push({ digest: manifest.digest, goes: false, why });
  }
  // Signatures by tag: they stay with their subject; without one they are tags like others.
  const there = new Set(manifests.map(({ digest }) => digest));
  const attached = tags.filter(({ name }) => subjectOfTag(name));
  for (const tag of attached) if (!there.has(subjectOfTag(tag.name) ?? "") && keepers(tag)) kept.add(tag.digest);
  const closed = closureOf(manifests, kept, attached);
  const attachedFates = attached.map((tag) => ({ ...tag, why: attachedWhy(tag, { there, closed, keepers }) }));
  return {
    tags: [...fates, ...attachedFates]
      .map(({ name, digest, why }) => ({ name, digest, goes: why === null, why: why ?? "kept by no rule" }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    going: inOrder(
      manifests.filter(({ digest }) => !closed.has(digest)),
      (manifest) => goingWhy({ tagged: tagged.has(manifest.digest), root: shape.isRoot(manifest) }),
    ),
    staying,
  };
}

type Tag = RetentionFacts["tags"][number];

/** Tells why a tag stays, or null: the first rule that speaks for it. */
function tagKeepers({ tags, manifests }: RetentionFacts, { rule, immutable, now }: Asked): (tag: Tag) => string | null {
  const released = new Map(manifests.map(({ digest, release }) => [digest, release]));
  const newest = tags
    .filter(({ name }) => !isAttachedTag(name))
    .sort((a, b) => b.taggedAt.getTime() - a.taggedAt.getTime() || (a.name < b.name ? -1 : 1));
  const last = new Set(newest.slice(0, rule.keepLast ?? 0).map(({ name }) => name));
  const prefixed = (words: string, name: string | null) => (name ? `${words} ${name}` : null);
  const keepers: ((tag: Tag) => string | null)[] = [
    ({ digest }) => prefixed("release", released.get(digest) ?? null),
    ({ name }) => prefixed("immutable by", immutableBy(name, immutable)),
    ({ name }) => (isAttachedTag(name) && !subjectOfTag(name) ? "lists what belongs to a manifest" : null),
    () => (rule.keepLast === null && rule.keepDays === null ? "no rule takes tags" : null),
    ({ name }) => prefixed("matches", patternOf(name, rule.keepPatterns)),
    ({ name }) => (last.has(name) ? `one of the newest ${rule.keepLast}` : null),
    ({ taggedAt }) =>
      within(taggedAt, rule.keepDays, now) ? `younger than ${plural(rule.keepDays ?? 0, "day")}` : null,
    ({ pulledAt }) => pulledWhy(pulledAt, rule, now),
  ];
  return (tag) => {
    for (const keeper of keepers) {
      const why = keeper(tag);
      if (why) return why;
    }
    return null;
  };
}

function within(at: Date | null, days: number | null, now: Date): boolean {
  return at !== null && days !== null && now.getTime() - at.getTime() < days * DAY_MS;
}

function pulledWhy(pulledAt: Date | null, { keepPulledDays }: RetentionRule, now: Date): string | null {
  return within(pulledAt, keepPulledDays, now) ? `pulled in the last ${plural(keepPulledDays ?? 0, "day")}` : null;
}

interface Place {
  tagged: boolean;
  /** No other manifest leads to it. */
  root: boolean;
}

/** Why a manifest stays whatever becomes of its tags and parents; null where that decides. */
function keptByItself(manifest: ManifestFact, { rule, now }: Asked, { tagged, root }: Place): string | null {
  if (manifest.release) return `release ${manifest.release}`;
  const pulled = pulledWhy(manifest.pulledAt, rule, now);
  if (pulled || tagged || !root) return pulled;
  if (rule.untaggedDays === null) return "no rule takes untagged manifests";
  const young = within(manifest.untaggedSince, rule.untaggedDays, now);
  return young ? `without a tag for less than ${plural(rule.untaggedDays, "day")}` : null;
}

function goingWhy({ tagged, root }: Place): string {
  if (tagged) return "loses its last tag";
  return root ? "without a tag for long enough" : "follows what it belongs to";
}

function attachedWhy(
  tag: Tag,
  { there, closed, keepers }: { there: Set<string>; closed: Set<string>; keepers: (tag: Tag) => string | null },
): string | null {
  const subject = subjectOfTag(tag.name) ?? "";
  if (!there.has(subject)) return keepers(tag);
  if (closed.has(subject)) return "belongs to a manifest that stays";
  // Its own manifest may stay for another reason: then the tag would lead to something without a purpose.
  return null;
}

function shapeOf(manifests: readonly ManifestFact[]): { isRoot(manifest: ManifestFact): boolean } {
  const there = new Set(manifests.map(({ digest }) => digest));
  const children = new Set(manifests.flatMap((manifest) => manifest.children));
  return { isRoot: ({ digest, subject }) => !children.has(digest) && !(subject !== null && there.has(subject)) };
}

/**
 * All that stays where `kept` stays: children of what stays, and whatever has it as its subject, by `subject` or by a tag
 * such as `sha256-<hex>.sig`.
 */
export function closureOf(
  manifests: readonly Pick<ManifestFact, "digest" | "subject" | "children">[],
  kept: Iterable<string>,
  attached: readonly { name: string; digest: string }[] = [],
): Set<string> {
  const led = new Map<string, string[]>();
  const lead = (from: string, to: string) => {
    const known = led.get(from);
    if (known) known.push(to);
    else led.set(from, [to]);
  };
  for (const { digest, subject } of manifests) if (subject) lead(subject, digest);
  for (const { name, digest } of attached) lead(subjectOfTag(name) ?? "", digest);
  const children = new Map(manifests.map((manifest) => [manifest.digest, manifest.children]));
  const closed = new Set<string>();
  const open = [...kept];
  for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
    if (closed.has(digest) || !children.has(digest)) continue;
    closed.add(digest);
    open.push(...(children.get(digest) ?? []), ...(led.get(digest) ?? []));
  }
  return closed;
}

/** Parents before their children, so that they may be deleted one group after the other. */
function inOrder(going: readonly ManifestFact[], why: (manifest: ManifestFact) => string): RetentionPlan["going"] {
  const byDigest = new Map(going.map((manifest) => [manifest.digest, manifest]));
  const childrenOf = ({ children }: ManifestFact) =>
    [...new Set(children)].flatMap((child) => byDigest.get(child) ?? []);
  const parents = new Map<ManifestFact, number>();
  for (const child of going.flatMap(childrenOf)) parents.set(child, (parents.get(child) ?? 0) + 1);
  const ordered = going.filter((manifest) => !parents.has(manifest));
  // The list grows while it is walked: a child follows once its last parent stands in it.
  for (const child of childrenInTurn(ordered, childrenOf)) {
    const left = (parents.get(child) ?? 0) - 1;
    parents.set(child, left);
    if (left === 0) ordered.push(child);
  }
  return ordered.map((manifest) => ({ digest: manifest.digest, goes: true, why: why(manifest) }));
}

function* childrenInTurn(list: readonly ManifestFact[], childrenOf: (manifest: ManifestFact) => ManifestFact[]) {
  for (const manifest of list) yield* childrenOf(manifest);
}
