import { Badge } from "#components/ui/badge.tsx";
import { dateOnly } from "#lib/format.ts";

export interface StandingShown {
  good: boolean;
  label: string;
  graceUntil: Date | null;
}

/** Whether a membership holds now, and which it is. */
export function StandingBadge({ standing }: { standing: StandingShown }) {
  const { good, label, graceUntil } = standing;
  if (graceUntil) return <Badge tone="warn">{`${label}, access until ${dateOnly(graceUntil)}`}</Badge>;
  return <Badge tone={good ? "good" : "danger"}>{label}</Badge>;
}
