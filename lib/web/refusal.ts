import { AsyncLocalStorage } from "node:async_hooks";
import type { AppError } from "../errors.ts";

// next-auth answers 401 to whatever a provider throws; the error itself travels beside it.
const notes = new AsyncLocalStorage<{ refusal?: AppError }>();

export function noteRefusal(refusal: AppError): void {
  const note = notes.getStore();
  if (note) note.refusal = refusal;
}

/** Runs `work`, and tells which refusal was noted on the way. */
export async function withRefusal<T>(work: () => Promise<T>): Promise<{ result: T; refusal?: AppError }> {
  const note: { refusal?: AppError } = {};
  const result = await notes.run(note, work);
  return { result, refusal: note.refusal };
}
