import { Check, Minus, X } from "lucide-react";

export interface TraceStepShown {
  rule: string;
  fact: string;
  outcome: "passed" | "allowed" | "denied";
}

const MARKS = {
  passed: { Icon: Minus, tone: "text-soft", word: "passed" },
  allowed: { Icon: Check, tone: "text-good", word: "allowed" },
  denied: { Icon: X, tone: "text-danger-ink", word: "denied" },
} as const;

/** Why something was decided so: each rule with the fact behind it, closed until somebody asks. */
export function Trace({ steps }: { steps: TraceStepShown[] }) {
  return (
    <details className="mt-1 text-[13px]">
      <summary className="w-fit rounded text-soft hover:text-ink">Why?</summary>
      <ol className="mt-1.5 grid gap-1 border-line border-l-2 pl-3">
        {steps.map(({ rule, fact, outcome }) => {
          const { Icon, tone, word } = MARKS[outcome];
          return (
            <li key={rule} className="flex gap-1.5">
              <Icon className={`mt-0.5 size-3.5 shrink-0 ${tone}`} role="img" aria-label={word} />
              <span className="wrap-anywhere min-w-0">{fact}</span>
            </li>
          );
        })}
      </ol>
    </details>
  );
}
