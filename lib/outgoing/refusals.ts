import { AppError, invalid, isAppError } from "../errors.ts";

const REFUSED = "outgoing_refused";
const FAILED = "outgoing_failed";

/** Whether a call was refused for where it would have gone: nothing was sent. */
export function isRefusedAddress(error: unknown): boolean {
  return isAppError(error) && error.reason === REFUSED;
}

/** The refusal of an address. */
export function refused(problem: string): AppError {
  return invalid({ url: problem }, { reason: REFUSED });
}

/** Something the other side did, or did not do in time. */
export function failed(words: string, cause?: unknown): AppError {
  return new AppError("unavailable", words, { reason: FAILED, retryAfterSeconds: 30, cause });
}

const NAMES = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME"]);
const WORDS: Record<string, string> = {
  ECONNREFUSED: "does not accept connections on that port",
  ECONNRESET: "broke the connection off",
  EPIPE: "broke the connection off",
  EHOSTUNREACH: "can't be reached from here",
  ENETUNREACH: "can't be reached from here",
  ETIMEDOUT: "does not answer",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a TLS certificate for another name",
  CERT_HAS_EXPIRED: "has a TLS certificate that has expired",
};
const TLS = /CERT|SIGNATURE|ISSUER|SELF_SIGNED/;

/** What broke a call, in words. An AppError stays one, and what has no code is a fault of ours. */
export function failureOf(error: unknown, { host }: URL): unknown {
  if (isAppError(error)) return error;
  const { code } = error as { code?: string };
  // Several addresses were tried: the first one's failure speaks for all.
  const first = (error as { errors?: unknown[] }).errors?.[0];
  if (first) return failureOf(first, { host } as URL);
  if (!code) return error;
  if (NAMES.has(code)) return failed(`There is no host ${host}: the name is not known.`, error);
  if (WORDS[code]) return failed(`${host} ${WORDS[code]}.`, error);
  if (TLS.test(code)) return failed(`${host} has a TLS certificate that nobody here trusts (${code}).`, error);
  return failed(`The call to ${host} failed (${code}).`, error);
}
