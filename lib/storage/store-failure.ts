import { AppError, isAppError } from "../errors.ts";

// ENOSPC, EDQUOT: no room. Anything else of the system's is told as what it is, a store that does not work now.
const FULL = new Set(["ENOSPC", "EDQUOT"]);

/**
 * What a store's own failure is for the caller: unavailable, to be tried again. Refusals of ours stay what they are.
 */
export function storeFailure(error: unknown): AppError {
  if (isAppError(error)) return error;
  const full = FULL.has(String((error as { code?: unknown }).code));
  return full
    ? new AppError("unavailable", "The registry's store is full.", { cause: error, retryAfterSeconds: 60 })
    : new AppError("unavailable", "The registry's store does not work now. Try again in a moment.", {
        cause: error,
        retryAfterSeconds: 5,
      });
}
