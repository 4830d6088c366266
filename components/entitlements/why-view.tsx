import { ArrowRight, Check, CircleCheck, Lock, Minus, X } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";

export interface WhyStep {
  rule: string;
  /** The fact behind it, in words. */
  fact: string;
  outcome: "passed" | "allowed" | "denied";
}

interface Props {
  allowed: boolean;
  /** The answer in a sentence. */
  answer: string;
  steps: WhyStep[];
  /** What would change a refusal, and where. */
  next: { text: string; href?: string; label?: string } | null;
  /** What stands behind a rule: memberships under `standing`, grants under `entitlement`. */
  behind: Partial<Record<string, ReactNode>>;
}

const QUESTIONS: Record<string, string> = {
  unknown: "Is the product offered?",
  token_scope: "Does a token limit it?",
  team: "Somebody of the team?",
  member: "A member?",
  team_only: "Is it for the team alone?",
  suspended: "Suspended?",
  standing: "Is the membership good?",
  entitlement: "Does the product need a grant?",
};

const MARKS = {
  passed: { Icon: Minus, tone: "text-soft", word: "goes on" },
  allowed: { Icon: Check, tone: "text-good", word: "allows it" },
  denied: { Icon: X, tone: "text-danger-ink", word: "refuses it" },
} as const;

/** Why somebody may or may not pull a product: the answer, each rule in its order with the facts behind it, the next step. */
export function WhyView({ allowed, answer, steps, next, behind }: Props) {
  const Icon = allowed ? CircleCheck : Lock;
  const look = allowed ? "bg-good-soft text-good" : "bg-danger-soft text-danger-ink";
  return (
    <>
      <section aria-label="The answer" className={`flex items-start gap-2 rounded-lg px-4 py-3 text-sm ${look}`}>
        <Icon className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
        <p className="wrap-anywhere min-w-0 font-medium">{answer}</p>
      </section>
      {next ? (
        <section
          aria-label="The next step"
          className="mt-3 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-surface px-4 py-3 text-sm"
        >
          <p className="min-w-0">{next.text}</p>
          {next.href ? (
            <Link href={next.href} className={buttonClass({ variant: "primary" })}>
              {next.label} <ArrowRight className="size-4" aria-hidden="true" />
            </Link>
          ) : null}
        </section>
      ) : null}
      <h2 className="mt-6 mb-2 font-semibold text-sm">The rules, in their order</h2>
      <ol className="grid gap-px overflow-hidden rounded-lg border border-line bg-line">
        {steps.map((step) => (
          <Step key={step.rule} step={step}>
            {behind[step.rule]}
          </Step>
        ))}
      </ol>
    </>
  );
}

function Step({ step, children }: { step: WhyStep; children?: ReactNode }) {
  const { Icon, tone, word } = MARKS[step.outcome];
  return (
    <li className="flex gap-3 bg-surface px-4 py-3 text-sm">
      <Icon className={`mt-0.5 size-4 shrink-0 ${tone}`} role="img" aria-label={word} />
      <div className="wrap-anywhere grid min-w-0 gap-1">
        <p className="font-medium text-ink">{QUESTIONS[step.rule] ?? step.rule}</p>
        <p className="text-[13px] text-soft">{step.fact}</p>
        {children}
      </div>
    </li>
  );
}

export interface GrantFactShown {
  id: string;
  /** `By hand, 3 weeks ago, until 31 Dec 2026` */
  text: string;
  state: string;
}

/** Facts behind a rule, one a line. */
export function FactList({ label, facts }: { label: string; facts: GrantFactShown[] }) {
  if (facts.length === 0) return null;
  return (
    <ul aria-label={label} className="mt-1 grid gap-1 border-line border-l-2 pl-3 text-[13px]">
      {facts.map(({ id, text, state }) => (
        <li key={id}>
          {text} <span className="text-soft">({state})</span>
        </li>
      ))}
    </ul>
  );
}
