"use client";

import { unstable_rethrow } from "next/navigation";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "./action-result.ts";

type Callback<A extends unknown[], T> = (...args: A) => Promise<ActionResult<T>>;

interface Running<A extends unknown[], T> {
  /** Calls it once; resolves with what it gave, or with null where it was refused and the person was told. */
  run: (...args: A) => Promise<{ data: T } | null>;
  pending: boolean;
  /** What the last call found wrong, by field. */
  fields: Record<string, string>;
  reset: () => void;
}

/**
 * Runs a callback that changes something: its result is a toast, or stands beside the fields that were wrong. `shown` are
 * the fields that the form has a place for; what is wrong with others is a toast, too.
 */
export function useAction<A extends unknown[], T>(
  callback: Callback<A, T>,
  shown: readonly string[] = [],
): Running<A, T> {
  const [pending, start] = useTransition();
  const [fields, setFields] = useState<Record<string, string>>({});

  const attempt = async (args: A) => {
    const result = await callback(...args).catch(unanswered);
    setFields((!result.ok && result.fields) || {});
    tell(result, shown);
    return result.ok ? { data: result.data } : null;
  };
  const run = (...args: A) =>
    new Promise<{ data: T } | null>((resolve) => {
      start(async () => resolve(await attempt(args)));
    });

  return { run, pending, fields, reset: () => setFields({}) };
}

// What is wrong with a field stands beside it; everything else is a toast.
function tell(result: ActionResult<unknown>, shown: readonly string[]): void {
  if (result.ok && result.message) toast.success(result.message);
  if (result.ok) return;
  if (!result.fields) toast.error(result.message);
  for (const [field, problem] of Object.entries(result.fields ?? {})) {
    if (!shown.includes(field)) toast.error(`${field} ${problem}`.trim());
  }
}

async function unanswered(error: unknown): Promise<ActionResult<never>> {
  unstable_rethrow(error);
  // The gate answered in the action's place: the session ended, or the membership. Loaded anew, the page shows its answer.
  if (navigator.onLine && !isOfNetwork(error)) {
    window.location.reload();
    return new Promise(() => {});
  }
  return {
    ok: false,
    code: "unreachable",
    message: "The server could not be reached. Nothing was changed.",
    requestId: "",
  };
}

// What fetch throws where no answer came; a reload would only lose what was typed.
function isOfNetwork(error: unknown): boolean {
  return error instanceof TypeError;
}
