/**
 * The one error of the domain: thrown once, mapped once per door (page, JSON, OCI).
 * A new code does not compile until each door's table answers it.
 */
export const CODES = [
  "unauthenticated",
  "forbidden",
  "not_entitled",
  "not_found",
  "invalid",
  "conflict",
  "limit_exceeded",
  "too_large",
  "unavailable",
] as const;

export type Code = (typeof CODES)[number];

export interface ErrorOptions {
  /** A machine word for why: a capability, a denial reason, a protocol's own code. */
  reason?: string;
  /** What is wrong, field by field, in words for the person who typed it. */
  fields?: Record<string, string>;
  /** The rule that refused and the fact that it rests on: a decision's trace in short. */
  why?: string;
  retryAfterSeconds?: number;
  cause?: unknown;
}

const BRAND = Symbol.for("purser.AppError");

export class AppError extends Error {
  // A brand and not instanceof: server.ts and Next's bundles each load their own copy of this class.
  readonly [BRAND] = true;
  override readonly name = "AppError";
  readonly code: Code;
  readonly reason?: string;
  readonly fields?: Record<string, string>;
  readonly why?: string;
  readonly retryAfterSeconds?: number;

  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.reason = options.reason;
    this.fields = options.fields;
    this.why = options.why;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function isAppError(error: unknown): error is AppError {
  return typeof error === "object" && error !== null && BRAND in error;
}

export const unauthenticated = (message = "Sign in first.", options?: ErrorOptions) =>
  new AppError("unauthenticated", message, options);

export const notFound = (what: string) => new AppError("not_found", `There is no such ${what}.`);

/** @param fields what is wrong, by field: `{ expiresAt: "is in the past" }` */
export const invalid = (fields: Record<string, string>, options?: ErrorOptions) =>
  new AppError(
    "invalid",
    Object.entries(fields)
      .map(([field, problem]) => (field ? `${field}: ${problem}` : problem))
      .join("; "),
    { ...options, fields },
  );

export const conflict = (message: string, options?: ErrorOptions) => new AppError("conflict", message, options);
