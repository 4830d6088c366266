"use client";

import { type FormEvent, useState, useTransition } from "react";
import type { ActionResult } from "#components/action-result.ts";

interface Form {
  submit: (event: FormEvent<HTMLFormElement>) => void;
  pending: boolean;
  /** What was wrong with the whole, or with a field that is not shown. */
  refusal: string | null;
  fields: Record<string, string>;
}

/**
 * A form on a page of its own: what is wrong stands in the page and not in a toast, since there is nothing else to see.
 * @param send gets what was typed; null where it leads on by itself
 * @param shown the fields that the form has a place for
 */
export function useForm<T>(
  send: (typed: Record<string, string>) => Promise<ActionResult<T> | null>,
  shown: readonly string[],
  done: (data: T) => void,
): Form {
  const [result, setResult] = useState<Extract<ActionResult, { ok: false }> | null>(null);
  const [pending, start] = useTransition();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, `${value}`]));
    start(async () => {
      setResult(null);
      const answer = await send(typed).catch(() => UNREACHABLE);
      if (answer?.ok) done(answer.data);
      else setResult(answer);
    });
  };
  const fields = result?.fields ?? {};
  const hidden = Object.entries(fields).filter(([field]) => !shown.includes(field));
  const refusal = result?.fields
    ? hidden.map(([field, problem]) => `${field} ${problem}`.trim()).join("; ")
    : result?.message;
  return { submit, pending, refusal: refusal || null, fields };
}

const UNREACHABLE = {
  ok: false,
  code: "unreachable",
  message: "The server could not be reached. Try again.",
  requestId: "",
} as const;
