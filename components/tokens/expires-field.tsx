"use client";

import { Field, Select } from "#components/ui/field.tsx";

interface Props {
  /** The choice that is made beforehand: 30, 90 or 365. */
  days: number;
  /** Whether the workspace takes tokens without an end. */
  endless: boolean;
  error?: string;
}

/** How long a token holds; a form's field `days`, empty for no end. */
export function ExpiresField({ days, endless, error }: Props) {
  const hint = endless ? undefined : "Tokens without an end are turned off in this workspace's settings.";
  return (
    <Field label="Expires" hint={hint} error={error}>
      <Select name="days" defaultValue={days}>
        <option value="30">in 30 days</option>
        <option value="90">in 90 days</option>
        <option value="365">in a year</option>
        <option value="" disabled={!endless}>
          never
        </option>
      </Select>
    </Field>
  );
}

/** What a form with that field says: days, or null for no end. */
export function daysOf(form: FormData): number | null {
  const days = String(form.get("days") ?? "");
  return days === "" ? null : Number(days);
}
