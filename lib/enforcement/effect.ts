import { createHash } from "node:crypto";
import { type Actor, type Capability, decide } from "#lib/access/index.ts";
import type { LineChange } from "#lib/policies/index.ts";

/** What is looked at before and after a change: lines that say what holds, by topic. A line that is new or gone is told. */
export type Picture = Partial<Record<Topic, readonly string[]>>;

interface Told {
  title: string;
  /** Whether it takes something from somebody, gives, or only tells. */
  tone: "takes" | "gives" | "tells";
}

/**
 * What it takes to read a topic's lines, and what it means where one is there after the change and was not before, and the
 * other way round.
 */
const TOPICS = {
  ruled: {
    needs: "product.view",
    more: { title: "Products that are ruled otherwise", tone: "tells" },
    fewer: null,
  },
  going: {
    needs: "product.view",
    more: { title: "Tags that the next night takes", tone: "takes" },
    fewer: { title: "Tags that stay after all", tone: "gives" },
  },
  freed: {
    needs: "product.view",
    more: { title: "What becomes free by it", tone: "tells" },
    fewer: null,
  },
  fixed: {
    needs: "product.view",
    more: { title: "Tags that never move from then on", tone: "tells" },
    fewer: { title: "Tags that may be moved and deleted again", tone: "takes" },
  },
  members: {
    needs: "member.view",
    more: { title: "Members who have access again", tone: "gives" },
    fewer: { title: "Members who lose access", tone: "takes" },
  },
  tokens: {
    needs: "token.view",
    more: { title: "Tokens that work again", tone: "gives" },
    fewer: { title: "Tokens that stop working", tone: "takes" },
  },
  team: {
    needs: "team.view",
    more: { title: "Team members whose role counts again", tone: "gives" },
    fewer: { title: "Team members who must set up a second factor first", tone: "takes" },
  },
} as const satisfies Record<string, { needs: Capability; more: Told; fewer: Told | null }>;

type Topic = keyof typeof TOPICS;

export interface EffectSection extends Told {
  count: number;
  /** The first of them; none for who may not see such things. */
  first: string[];
}

/** What putting a version in force changes. */
export interface Effect {
  /** What is said otherwise than by the version in force until then. */
  changes: LineChange[];
  sections: EffectSection[];
  /** Over all of it: what is done is what was looked at. */
  fingerprint: string;
}

/** So many lines of a section are shown. */
export const FIRST = 50;

interface Pictures {
  before: Picture;
  after: Picture;
  /** Who is told: a token's scopes may be fewer than the right to look at policies brings along. */
  actor: Actor;
}

/** What a change comes to: the lines that are new or gone. Pure. */
export function effectOf(changes: LineChange[], { before, after, actor }: Pictures): Effect {
  const whole = (Object.keys(TOPICS) as Topic[]).flatMap((topic) => {
    const { needs, more, fewer } = TOPICS[topic];
    const [old, now] = [before[topic] ?? [], after[topic] ?? []];
    const both = [told(more, now, old), told(fewer, old, now)].filter((one) => one !== null);
    return both.map((section) => ({ section, isSeen: decide(actor, needs).allowed }));
  });
  return {
    changes,
    sections: whole.map(({ section: { lines, ...as }, isSeen }) => ({
      ...as,
      count: lines.length,
      first: isSeen ? lines.slice(0, FIRST) : [],
    })),
    fingerprint: createHash("sha256")
      .update(JSON.stringify([changes, whole.map(({ section }) => section)]))
      .digest("hex"),
  };
}

function told(
  as: Told | null,
  lines: readonly string[],
  without: readonly string[],
): (Told & { lines: string[] }) | null {
  if (!as) return null;
  const others = new Set(without);
  const only = lines.filter((line) => !others.has(line));
  return only.length > 0 ? { ...as, lines: only } : null;
}
