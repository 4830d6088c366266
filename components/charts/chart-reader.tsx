"use client";

import { type PointerEvent, type ReactNode, useState } from "react";

interface Props {
  /** What is read, for those who can't see it. */
  label: string;
  /** Each bar in words, from the left. */
  texts: readonly string[];
  /** What stands below while nothing is read: the first bar's name and the last one's. */
  ends: readonly [string, string];
  children: ReactNode;
}

/** Reads a chart bar by bar: under the pointer, or with the arrow keys. The chart itself is one stop of the Tab key. */
export function ChartReader({ label, texts, ends, children }: Props) {
  const [read, setRead] = useState<number | null>(null);
  const last = texts.length - 1;
  const at = read ?? last;
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setRead(Math.min(last, Math.max(0, Math.floor(((clientX - left) / width) * texts.length))));
  };
  return (
    <>
      <div
        className="relative mt-2 rounded outline-accent outline-offset-2 has-focus-visible:outline-2"
        onPointerMove={point}
        onPointerLeave={() => setRead(null)}
      >
        {children}
        {read === null ? null : (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute inset-y-0 border-accent border-x bg-accent/10"
            style={{ left: `${(at / texts.length) * 100}%`, width: `${100 / texts.length}%` }}
          />
        )}
        <input
          type="range"
          min={0}
          max={last}
          value={at}
          aria-label={label}
          aria-valuetext={texts[at]}
          onChange={(event) => setRead(Number(event.target.value))}
          onFocus={() => setRead((before) => before ?? last)}
          onBlur={() => setRead(null)}
          className="absolute inset-0 size-full cursor-crosshair opacity-0"
        />
      </div>
      <p aria-hidden="true" className="mt-1 flex min-h-4 justify-between gap-2 text-soft text-xs">
        {read === null ? (
          ends.map((end) => <span key={end}>{end}</span>)
        ) : (
          <span className="text-ink">{texts[at]}</span>
        )}
      </p>
    </>
  );
}
