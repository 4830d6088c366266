"use client";

import { Check } from "lucide-react";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { planWord } from "#lib/format.ts";
import { BuyButton, type Buying, type ShownOffer } from "./buy-button.tsx";
import { PriceLine } from "./price-line.tsx";

const wordOf = ({ interval, intervalCount }: ShownOffer) => planWord(interval, intervalCount);

/** The plans of the membership; where they are paid at different times, one of those is chosen first. */
export function PlanChoice({ plans, buying }: { plans: ShownOffer[]; buying: Buying }) {
  const words = [...new Set(plans.map(wordOf))];
  const [chosen, setChosen] = useState(words[0]);
  return (
    <section aria-labelledby="plans">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 id="plans" className="font-semibold text-base tracking-tight">
          Membership
        </h2>
        {words.length > 1 ? <Switcher words={words} chosen={chosen} onChoose={setChosen} /> : null}
      </div>
      <ul className="grid gap-3 sm:grid-cols-2">
        {plans
          .filter((plan) => wordOf(plan) === chosen)
          .map((plan) => (
            <li
              key={plan.priceId}
              className="wrap-anywhere flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
            >
              <h3 className="font-medium text-sm">{plan.name}</h3>
              <PriceLine offer={plan} />
              <Included plan={plan} />
              <div className="mt-auto">
                <BuyButton offer={plan} buying={buying} />
              </div>
            </li>
          ))}
      </ul>
    </section>
  );
}

function Included({ plan }: { plan: ShownOffer }) {
  return (
    <ul className="grid gap-1 text-[13px]">
      <Line>Every product that is open to members</Line>
      {plan.gives.map(({ id, name }) => (
        <Line key={id}>{name}</Line>
      ))}
      {plan.interval ? null : (
        <li>
          <Badge tone="accent">Paid once, without an end</Badge>
        </li>
      )}
    </ul>
  );
}

function Line({ children }: { children: string }) {
  return (
    <li className="flex gap-2">
      <Check className="mt-0.5 size-3.5 shrink-0 text-good" aria-hidden="true" />
      {children}
    </li>
  );
}

interface SwitcherProps {
  words: string[];
  chosen: string | undefined;
  onChoose: (word: string) => void;
}

function Switcher({ words, chosen, onChoose }: SwitcherProps) {
  return (
    <fieldset className="flex rounded-md border border-line-strong bg-surface p-0.5">
      <legend className="sr-only">How it is paid</legend>
      {words.map((word) => (
        <label
          key={word}
          className={`cursor-pointer rounded px-3 py-1 text-[13px] capitalize has-focus-visible:outline-2 has-focus-visible:outline-accent ${word === chosen ? "bg-accent-soft font-medium text-accent-ink" : "text-soft hover:text-ink"}`}
        >
          <input
            type="radio"
            name="paid"
            value={word}
            checked={word === chosen}
            onChange={() => onChoose(word)}
            className="sr-only"
          />
          {word}
        </label>
      ))}
    </fieldset>
  );
}
