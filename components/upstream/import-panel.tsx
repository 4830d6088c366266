"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize, plural } from "#lib/format.ts";

interface PreviewShown {
  tags: number;
  fresh: string[];
  moved: string[];
  bytes: number;
  looked: number;
  room: number | null;
}

interface Props {
  decision: CapabilityDecision;
  onPreview: () => Promise<ActionResult<PreviewShown>>;
  /** @returns the run's id */
  onStart: () => Promise<ActionResult<{ id: string }>>;
  /** Where runs lie. */
  runs: string;
}

/** What an import would bring, and the button that starts it and leads to its run. */
export function ImportPanel({ decision, onPreview, onStart, runs }: Props) {
  const router = useRouter();
  const [preview, setPreview] = useState<PreviewShown | null>(null);
  const asking = useAction(onPreview);
  const starting = useAction(onStart);
  const look = async () => {
    const found = await asking.run();
    if (found) setPreview(found.data);
  };
  const start = async () => {
    const done = await starting.run();
    if (done) router.push(`${runs}/${done.data.id}`);
  };
  return (
    <div className="grid gap-3 rounded-lg border border-line bg-surface p-4">
      <p className="text-sm text-soft">
        An import copies every tag whole, with its platforms, layers and signatures: from then on it can be pulled
        though the registry is away.
      </p>
      <output>{preview ? <Preview preview={preview} /> : null}</output>
      <div className="flex flex-wrap gap-2">
        <GatedAction decision={decision}>
          <Button pending={asking.pending} onClick={look}>
            Preview
          </Button>
        </GatedAction>
        <GatedAction decision={decision}>
          <Button variant="primary" pending={starting.pending} onClick={start}>
            Import now
          </Button>
        </GatedAction>
      </div>
    </div>
  );
}

function Preview({ preview: { tags, fresh, moved, bytes, looked, room } }: { preview: PreviewShown }) {
  const least = looked < tags ? ", at least" : "";
  return (
    <div className="grid gap-1 text-sm">
      <p>
        {plural(tags, "tag")} there: {plural(fresh.length, "new one")}, {moved.length} elsewhere than here.{" "}
        {byteSize(bytes)} would be fetched{least}.
      </p>
      <Names label="New" names={fresh} />
      <Names label="Moved" names={moved} />
      {room === null ? null : (
        <p className={room < bytes ? "text-danger-ink" : "text-soft"}>
          There is room for {byteSize(room)}
          {room < bytes ? ": the import would end before it is complete." : "."}
        </p>
      )}
    </div>
  );
}

const SHOWN = 12;

function Names({ label, names }: { label: string; names: string[] }) {
  if (names.length === 0) return null;
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return (
    <p className="wrap-anywhere text-soft">
      {label}: <span className="font-mono text-[13px]">{names.slice(0, SHOWN).join(" ")}</span>
      {more}
    </p>
  );
}
