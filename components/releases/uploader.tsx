"use client";

import { Upload as UploadIcon } from "lucide-react";
import { useRouter } from "next/navigation";
import { type DragEvent, useRef, useState, useSyncExternalStore } from "react";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Progress } from "#components/ui/progress.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize } from "#lib/format.ts";
import type { AskTicket } from "./upload-one.ts";
import { type UploadItem, UploadQueue } from "./upload-queue.ts";

interface Props {
  releaseId: string;
  decision: CapabilityDecision;
  onTicket: AskTicket;
}

const NONE: readonly UploadItem[] = [];

/** Where files are dropped or chosen, and how far each of them is. */
export function Uploader({ releaseId, decision, onTicket }: Props) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [queue] = useState(() => new UploadQueue({ releaseId, onTicket, onDone: () => router.refresh() }));
  const items = useSyncExternalStore(queue.subscribe, queue.snapshot, () => NONE);
  const take = (list: FileList | null) => {
    if (decision.allowed && list) queue.add([...list]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="mt-3 grid gap-3">
      <section
        aria-label="Add files"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(decision.allowed);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`grid justify-items-center gap-2 rounded-lg border border-dashed px-4 py-6 text-center ${over ? "border-accent bg-accent-soft" : "border-line-strong"}`}
      >
        <p className="text-[13px] text-soft">Drop files here, of any size: an upload that breaks off goes on.</p>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <GatedAction decision={decision}>
          <Button onClick={() => input.current?.click()}>
            <UploadIcon className="size-4" aria-hidden="true" /> Choose files
          </Button>
        </GatedAction>
      </section>
      {items.length > 0 ? (
        <ul aria-label="Uploads" className="grid gap-2">
          {items.map((item) => (
            <UploadLine key={item.name} item={item} queue={queue} />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

const WORDS: Record<UploadItem["state"], string> = {
  waiting: "waits for its turn",
  sending: "on its way",
  paused: "paused",
  failed: "broke off",
  interrupted: "was interrupted: choose the same file again to go on",
  done: "is there",
};

function UploadLine({ item, queue }: { item: UploadItem; queue: UploadQueue }) {
  const { name, size, sent, state, problem } = item;
  return (
    <li className="wrap-anywhere grid gap-1.5 rounded-lg border border-line bg-surface px-3 py-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="min-w-0 font-mono text-xs">{name}</span>
        <span className="flex gap-1.5">
          {state === "sending" ? (
            <Button size="sm" aria-label={`Pause ${name}`} onClick={() => queue.pause(name)}>
              Pause
            </Button>
          ) : null}
          {state === "paused" || state === "failed" ? (
            <Button size="sm" aria-label={`Go on with ${name}`} onClick={() => queue.resume(name)}>
              Go on
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="ghost"
            aria-label={state === "done" ? `Hide ${name}` : `Cancel ${name}`}
            onClick={() => queue.drop(name)}
          >
            {state === "done" ? "Hide" : "Cancel"}
          </Button>
        </span>
      </div>
      <Progress label={name} done={sent} total={size} value={`${byteSize(sent)} of ${byteSize(size)}`} />
      <p className="text-soft text-xs tabular-nums">
        {byteSize(sent)} of {byteSize(size)} <span role="status">{WORDS[state]}</span>
      </p>
      {problem ? (
        <p role="alert" className="text-danger-ink text-xs">
          {problem}
        </p>
      ) : null}
    </li>
  );
}
