"use client";

import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Badge } from "#components/ui/badge.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize, plural } from "#lib/format.ts";
import { type ReleaseState, StateBadge } from "./release-badges.tsx";

export interface PruneRuleShown {
  keepLast?: number;
  olderThanDays?: number;
  channels?: string[];
  published?: boolean;
}

interface Fate {
  id: string;
  version: string;
  status: ReleaseState;
  why: string;
}

export interface PrunePreviewShown {
  rule: PruneRuleShown;
  expected: string[];
  total: { releases: number; assets: number; bytes: number };
  going: Fate[];
  /** The first of those that stay. */
  kept: Fate[];
  keptCount: number;
}

interface Props {
  shown: PrunePreviewShown;
  decision: CapabilityDecision;
  onPrune: () => Promise<ActionResult<null>>;
  onDone: () => void;
}

/** What a rule takes now and why the rest stays, with the button that takes exactly that. */
export function PrunePreview({ shown, decision, onPrune, onDone }: Props) {
  const { total, going, kept, keptCount } = shown;
  const prune = async () => {
    const answer = await onPrune();
    if (answer.ok) onDone();
    return answer;
  };
  return (
    <section aria-labelledby="preview" className="mt-6 grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 id="preview" className="font-semibold text-sm">
            Preview
          </h2>
          <p className="text-[13px] text-soft" role="status">
            {total.releases === 0
              ? "Nothing goes by this rule now."
              : `${inWords(total)} ${total.releases === 1 ? "goes" : "go"}. Nothing has changed yet.`}
          </p>
        </div>
        {total.releases > 0 ? (
          <ConfirmButton
            verb="Delete them"
            title={`Delete ${plural(total.releases, "release")}?`}
            consequence={`Exactly what the preview lists goes for good: ${inWords(total)}. No version is ever used again. It can't be undone.`}
            decision={decision}
            onConfirm={prune}
          />
        ) : null}
      </div>
      {going.length > 0 ? <Fates title="Go" list={going} /> : null}
      {keptCount > 0 ? (
        <details className="text-[13px]">
          <summary className="w-fit rounded text-soft hover:text-ink">{`${keptCount} kept, and why`}</summary>
          <Fates list={kept} kept />
        </details>
      ) : null}
    </section>
  );
}

function Fates({ title, list, kept = false }: { title?: string; list: Fate[]; kept?: boolean }) {
  return (
    <div className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
      {title ? <h3 className="mb-1 font-medium text-soft text-xs">{title}</h3> : null}
      <ul className="grid gap-1 text-[13px]">
        {list.map(({ id, version, status, why }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-2">
            <span className="font-mono text-xs">{version}</span>
            <StateBadge state={status} />
            <Badge tone={kept ? "good" : "danger"}>{why}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}

function inWords({ releases, assets, bytes }: PrunePreviewShown["total"]): string {
  const files = assets > 0 ? ` with ${plural(assets, "file")} of ${byteSize(bytes)}` : "";
  return plural(releases, "release") + files;
}
