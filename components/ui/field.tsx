"use client";

import { type ComponentProps, cloneElement, type ReactElement, type ReactNode, useId } from "react";

const BOX =
  "w-full rounded-md border border-line-strong bg-surface px-2.5 text-ink text-sm placeholder:text-soft aria-invalid:border-danger";

export function Input({ className = "", ...props }: ComponentProps<"input">) {
  return <input {...props} className={`${BOX} h-8.5 ${className}`} />;
}

export function Textarea({ className = "", ...props }: ComponentProps<"textarea">) {
  return <textarea {...props} className={`${BOX} min-h-20 py-1.5 ${className}`} />;
}

export function Select({ className = "", ...props }: ComponentProps<"select">) {
  return <select {...props} className={`${BOX} h-8.5 ${className}`} />;
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it, shown beside it and read out with it. */
  error?: string;
  /** One control that takes id and the aria attributes. */
  children: ReactElement<{ id?: string; "aria-describedby"?: string; "aria-invalid"?: boolean }>;
}

/** A control with its label, hint and error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-medium text-[13px] text-ink">
        {label}
      </label>
      {cloneElement(children, {
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint ? (
        <p id={`${id}-hint`} className="text-soft text-xs">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-danger-ink text-xs">
          {sentence(label, error)}
        </p>
      ) : null}
    </div>
  );
}

/** A box to tick, with its label and what it means. */
export function Checkbox({ label, hint, ...props }: ComponentProps<"input"> & { label: string; hint?: ReactNode }) {
  const id = useId();
  const described = [props["aria-describedby"], hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex gap-2.5">
      <input
        {...props}
        type="checkbox"
        id={id}
        aria-describedby={described || undefined}
        className="mt-0.5 size-4 shrink-0 accent-accent aria-disabled:cursor-not-allowed aria-disabled:opacity-55"
      />
      <div>
        <label htmlFor={id} className="font-medium text-ink text-sm">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-[13px] text-soft">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}

// Verbs say "is missing": with the label in front it is a sentence.
function sentence(label: string, error: string): string {
  return /^[a-z]/.test(error) ? `${label} ${error}.` : error;
}
