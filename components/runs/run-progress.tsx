"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { isUnderWay, RUN_STATES, type RunState } from "./words.ts";

export interface RunNews {
  state: RunState;
  done: number;
  total: number | null;
  phase: string;
  lines: LineShown[];
}

interface LineShown {
  n: number;
  /** ISO 8601 */
  at: string;
  level: string;
  text: string;
}

interface Props {
  /** As the page was read. */
  first: RunNews;
  /** Where the news of it come from, as server-sent events; `?after=` is the last line that is known. */
  events: string;
}

/** How far a run is, and its log: both go on by themselves while it is under way, and the page is read again at its end. */
export function RunProgress({ first, events }: Props) {
  const { state, done, total, phase, lines } = useNews(first, events);
  return (
    <div className="grid gap-4">
      {isUnderWay(state) ? (
        <div className="grid gap-1">
          <Progress
            label="How far it is"
            done={done}
            total={total ?? Math.max(done * 2, 1)}
            value={told(done, total)}
          />
          <p aria-live="polite" className="text-[13px] text-soft tabular-nums">
            {[RUN_STATES[state].word, phase, told(done, total)].filter(Boolean).join(" · ")}
          </p>
        </div>
      ) : null}
      <RunLog lines={lines} />
    </div>
  );
}

const told = (done: number, total: number | null) =>
  total === null ? (done > 0 ? count(done) : "") : `${count(done)} of ${count(total)}`;
const count = (n: number) => n.toLocaleString("en");

function useNews(first: RunNews, events: string): RunNews {
  const router = useRouter();
  const [news, setNews] = useState(first);
  const busy = isUnderWay(first.state);
  useEffect(() => {
    if (!busy) return;
    const source = new EventSource(events);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const next = JSON.parse(data) as RunNews;
      setNews((known) => ({ ...next, lines: merged(known.lines, next.lines) }));
      if (isUnderWay(next.state)) return;
      source.close();
      router.refresh();
    };
    // A stream that broke is opened anew by the browser; one that was refused is not: then the page is asked.
    const timer = setInterval(() => source.readyState === EventSource.CLOSED && router.refresh(), REFRESH_MS);
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [busy, events, router]);
  // What the page was read with is newer where it was read again.
  return isUnderWay(news.state) && !busy ? first : { ...news, lines: merged(news.lines, first.lines) };
}

const REFRESH_MS = 3000;

function merged(known: LineShown[], more: LineShown[]): LineShown[] {
  const last = known.at(-1)?.n ?? 0;
  return [...known, ...more.filter(({ n }) => n > last)];
}

function RunLog({ lines }: { lines: LineShown[] }) {
  if (lines.length === 0) return null;
  return (
    <ol
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label="Log"
      className="max-h-96 overflow-y-auto rounded-lg border border-line bg-surface p-3 font-mono text-[13px]"
    >
      {lines.map(({ n, at, level, text }) => (
        <li key={n} className="wrap-anywhere flex gap-3 py-0.5">
          <time dateTime={at} className="shrink-0 text-soft tabular-nums">
            {at.slice(11, 19)}
          </time>
          <span>
            {level === "info" ? null : <Badge tone={level === "error" ? "danger" : "warn"}>{level}</Badge>} {text}
          </span>
        </li>
      ))}
    </ol>
  );
}
