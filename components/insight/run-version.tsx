import { Badge } from "#components/ui/badge.tsx";

export interface Run {
  version: string | null;
  state: "draft" | "published" | "yanked" | "archived" | "deleted" | null;
  tag: string | null;
  recalled: boolean;
  latest?: boolean;
}

const STATES: Partial<Record<NonNullable<Run["state"]>, string>> = {
  yanked: "Yanked",
  archived: "Archived",
  deleted: "Deleted",
};

/** A version that somebody has, with what became of it; a tag or nothing where no release ties it. */
export function RunVersion({ run: { version, state, tag, recalled, latest } }: { run: Run }) {
  const became = state ? STATES[state] : undefined;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      {version ? <span className="font-medium text-ink">{version}</span> : <Untied tag={tag} />}
      {latest ? <Badge tone="good">Latest</Badge> : null}
      {recalled ? <Badge tone="danger">Recalled</Badge> : null}
      {became ? <Badge tone={state === "yanked" ? "warn" : "neutral"}>{became}</Badge> : null}
    </span>
  );
}

function Untied({ tag }: { tag: string | null }) {
  return tag ? (
    <span>
      tag <code className="font-mono text-xs">{tag}</code>
    </span>
  ) : (
    <span className="text-soft">untagged</span>
  );
}
