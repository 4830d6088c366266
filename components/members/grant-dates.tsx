"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";

interface Props {
  standing?: { startsAt: Date | null; expiresAt: Date | null };
  /** What was wrong, by the verb's fields. */
  errors: Record<string, string>;
}

const TRIALS = [14, 30, 365] as const;
const DAY_MS = 86_400_000;

/** From when and until when a grant holds: a trial of so many days, until a date, or for good. */
export function GrantDates({ standing, errors }: Props) {
  const [lastDay, setLastDay] = useState(dayOf(standing?.expiresAt));
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium text-[13px] text-ink">How long</legend>
      <div className="flex flex-wrap gap-1.5">
        {TRIALS.map((days) => (
          <Button key={days} size="sm" onClick={() => setLastDay(dayOf(new Date(Date.now() + days * DAY_MS)))}>
            {days === 365 ? "1 year" : `${days} days`}
          </Button>
        ))}
        <Button size="sm" onClick={() => setLastDay("")}>
          For good
        </Button>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="First day" hint="Optional, in UTC; without one it holds at once." error={errors.startsAt}>
          <Input name="firstDay" type="date" defaultValue={dayOf(standing?.startsAt)} />
        </Field>
        <Field
          label="Last day"
          hint="Optional, in UTC; without one it holds until it is revoked."
          error={errors.expiresAt}
        >
          <Input name="lastDay" type="date" value={lastDay} onChange={(event) => setLastDay(event.target.value)} />
        </Field>
      </div>
    </fieldset>
  );
}

function dayOf(at: Date | null | undefined): string {
  return at?.toISOString().slice(0, 10) ?? "";
}
