import { Badge } from "#components/ui/badge.tsx";

const LOOKS = {
  draft: ["accent", "Draft"],
  active: ["good", "In force"],
  archived: ["neutral", "Archived"],
} as const;

/** Where a version stands. */
export function VersionState({ state }: { state: keyof typeof LOOKS }) {
  const [tone, word] = LOOKS[state];
  return <Badge tone={tone}>{word}</Badge>;
}
