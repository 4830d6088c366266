import { Badge } from "#components/ui/badge.tsx";

const HEALTH = {
  ok: { word: "Well", tone: "good" },
  warning: { word: "Warning", tone: "warn" },
  failed: { word: "Failed", tone: "danger" },
} as const;

export type HealthShown = keyof typeof HEALTH;

/** How a provider is; null where nobody looked so far. */
export function HealthBadge({ health }: { health: HealthShown | null }) {
  if (health === null) return <Badge>Not checked yet</Badge>;
  return <Badge tone={HEALTH[health].tone}>{HEALTH[health].word}</Badge>;
}
