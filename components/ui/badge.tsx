import type { ReactNode } from "react";

const TONES = {
  neutral: "bg-raised text-soft",
  accent: "bg-accent-soft text-accent-ink",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  danger: "bg-danger-soft text-danger-ink",
} as const;

type Tone = keyof typeof TONES;

/** A word or two about a state. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded px-1.5 py-0.5 font-medium text-xs sm:whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
