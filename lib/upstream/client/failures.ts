import { AppError, isAppError } from "../../errors.ts";

const DENIED = "upstream_denied";

/** Whether the upstream let us know that we may not: for lack of credentials, or with wrong ones. */
export function isDenied(error: unknown): boolean {
  return isAppError(error) && error.reason === DENIED;
}

export function denied(host: string, withCredentials: boolean): AppError {
  const words = withCredentials
    ? `${host} does not accept the credentials, or they may not read this.`
    : `${host} asks for credentials.`;
  return new AppError("unavailable", words, { reason: DENIED, retryAfterSeconds: 60 });
}

/** What an upstream answered that it should not have. */
export function upstreamFailed(words: string, retryAfterSeconds = 30): AppError {
  return new AppError("unavailable", words, { reason: "upstream_failed", retryAfterSeconds });
}

/** The failure that a status is; what it answered besides is not repeated. */
export function statusFailure(host: string, status: number, retryAfter?: string): AppError {
  if (status !== 429) return upstreamFailed(`${host} answers with the status ${status}.`);
  const seconds = /^\d{1,4}$/.test(retryAfter ?? "") ? Number(retryAfter) : 60;
  return upstreamFailed(`${host} limits how often it is asked.`, Math.max(1, seconds));
}
