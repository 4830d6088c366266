import { Badge } from "#components/ui/badge.tsx";

export type ReleaseState = "draft" | "published" | "archived" | "yanked";

const STATES = {
  draft: { label: "Draft", tone: "accent" },
  published: { label: "Published", tone: "good" },
  yanked: { label: "Yanked", tone: "danger" },
  archived: { label: "Archived", tone: "neutral" },
} as const;

/** Whether a release can be had. */
export function StateBadge({ state }: { state: ReleaseState }) {
  const { label, tone } = STATES[state];
  return <Badge tone={tone}>{label}</Badge>;
}

/** Which stream of versions it belongs to. */
export function ChannelBadge({ channel }: { channel: string }) {
  return <Badge tone={channel === "stable" ? "neutral" : "warn"}>{channel}</Badge>;
}
