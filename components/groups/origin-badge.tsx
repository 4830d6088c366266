import { Badge } from "#components/ui/badge.tsx";

export type Origin = "hand" | "claim" | "scim";

const WORDS = { claim: "From sign-in", scim: "From the directory" } as const;

/** Where a group comes from, unless it was made by hand. */
export function OriginBadge({ origin }: { origin: Origin }) {
  return origin === "hand" ? null : <Badge tone="accent">{WORDS[origin]}</Badge>;
}
