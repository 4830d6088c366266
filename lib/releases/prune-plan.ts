import { plural } from "../format.ts";
import type { PruneRule } from "./prune-rule.ts";
import type { ReleaseStatus } from "./release-fields.ts";

/** A release as pruning sees it. */
export interface PruneFact {
  id: string;
  version: string;
  versionKey: string;
  channel: string;
  status: ReleaseStatus;
  /** When it was published; of what never was, when it was made. */
  at: Date;
}

export type PruneFate<F extends PruneFact> = F & {
  goes: boolean;
  /** Why it stays, or why it goes. */
  why: string;
};

const DAY_MS = 86_400_000;

/**
 * What a rule takes from a product's releases: the highest version first, drafts apart. All that the rule says must speak
 * for a release to go; whatever it says, the newest published one of a channel stays. Pure.
 */
export function planPrune<F extends PruneFact>(releases: readonly F[], rule: PruneRule, now: Date): PruneFate<F>[] {
  const inOrder = releases
    .filter(({ status, channel }) => status !== "draft" && (rule.channels ?? [channel]).includes(channel))
    .sort((a, b) => (a.versionKey < b.versionKey ? 1 : -1));
  const [seen, published] = [new Map<string, number>(), new Set<string>()];
  return inOrder.map((release) => {
    const { channel, status } = release;
    const before = seen.get(channel) ?? 0;
    seen.set(channel, before + 1);
    const newest = status === "published" && !published.has(channel);
    if (newest) published.add(channel);
    const why = whyItStays(release, { rule, now, newest, before });
    return { ...release, goes: why === null, why: why ?? goingWhy(release, rule) };
  });
}

interface Place {
  rule: PruneRule;
  now: Date;
  /** The highest published version of its channel. */
  newest: boolean;
  /** How many of its channel are newer. */
  before: number;
}

function whyItStays({ status, channel, at }: PruneFact, { rule, now, newest, before }: Place): string | null {
  if (newest) return `the newest of ${channel}`;
  if (status === "published" && !rule.published) return "published";
  const { keepLast, olderThanDays } = rule;
  if (keepLast !== undefined && before < keepLast) return `one of the newest ${keepLast} of ${channel}`;
  const young = olderThanDays !== undefined && now.getTime() - at.getTime() < olderThanDays * DAY_MS;
  return young ? `younger than ${plural(olderThanDays, "day")}` : null;
}

function goingWhy({ status, channel }: PruneFact, { keepLast, olderThanDays }: PruneRule): string {
  const parts = [
    keepLast !== undefined && `not among the newest ${keepLast} of ${channel}`,
    olderThanDays !== undefined && `older than ${plural(olderThanDays, "day")}`,
  ].filter(Boolean);
  return `${status}, ${parts.join(" and ")}`;
}
