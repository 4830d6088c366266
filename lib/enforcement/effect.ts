import { createHash } from "node:crypto";
import type { LineChange } from "#lib/policies/index.ts";

/** What is looked at before and after a change: lines that say what holds, by topic. A line that is new or gone is told. */
export type Picture = Partial<Record<Topic, readonly string[]>>;

interface Told {
  title: string;
  /** Whether it takes something from somebody, gives, or only tells. */
  tone: "takes" | "gives" | "tells";
}

/** What it means where a line of a topic is there after the change and was not before, and the other way round. */
const TOPICS = {
  ruled: {
    more: { title: "Products that are ruled otherwise", tone: "tells" },
    fewer: null,
  },
  going: {
    more: { title: "Tags that the next night takes", tone: "takes" },
    fewer: { title: "Tags that stay after all", tone: "gives" },
  },
  freed: {
    more: { title: "What becomes free by it", tone: "tells" },
    fewer: null,
  },
  fixed: {
    more: { title: "Tags that never move from then on", tone: "tells" },
    fewer: { title: "Tags that may be moved and deleted again", tone: "takes" },
  },
  members: {
    more: { title: "Members who have access again", tone: "gives" },
    fewer: { title: "Members who lose access", tone: "takes" },
  },
  tokens: {
    more: { title: "Tokens that work again", tone: "gives" },
    fewer: { title: "Tokens that stop working", tone: "takes" },
  },
  team: {
    more: { title: "Team members whose role counts again", tone: "gives" },
    fewer: { title: "Team members who must set up a second factor first", tone: "takes" },
  },
} as const satisfies Record<string, { more: Told; fewer: Told | null }>;

type Topic = keyof typeof TOPICS;

export interface EffectSection extends Told {
  count: number;
  /** The first of them. */
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

/** What a change comes to: the lines that are new or gone. Pure. */
export function effectOf(changes: LineChange[], before: Picture, after: Picture): Effect {
  const whole = (Object.keys(TOPICS) as Topic[]).flatMap((topic) => {
    const { more, fewer } = TOPICS[topic];
    const [old, now] = [before[topic] ?? [], after[topic] ?? []];
    return [told(more, now, old), told(fewer, old, now)].filter((one) => one !== null);
  });
  return {
    changes,
    sections: whole.map(({ lines, ...section }) => ({ ...section, count: lines.length, first: lines.slice(0, FIRST) })),
    fingerprint: createHash("sha256")
      .update(JSON.stringify([changes, whole]))
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
