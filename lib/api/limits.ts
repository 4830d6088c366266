import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { pool } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import { AppError } from "../errors.ts";
import { processGlobal } from "../process-global.ts";

/** Calls of one token in a minute, counted over all processes. */
const CALLS = 1200;
const SECONDS = 60;
const LIMIT = { keyPrefix: "api", points: CALLS, duration: SECONDS };

/** The headers that say how many calls are left (draft-ietf-httpapi-ratelimit-headers-10). */
export type LimitHeaders = Record<"ratelimit" | "ratelimit-policy", string>;

/**
 * Counts a call. `refusal` is limit_exceeded with the seconds to wait, once there were too many. What is polled is counted
 * by each process for itself, apart from the rest.
 */
export async function countCall(
  principal: Principal,
  polled: boolean,
): Promise<{ headers: LimitHeaders; refusal: AppError | null }> {
  const key = principal.type === "token" ? principal.tokenId : principal.userId;
  try {
    return { headers: headersOf(await (polled ? ownLimiter() : limiter()).consume(key)), refusal: null };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const headers = headersOf(error);
    const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    const message = `Too many requests: a token may send ${CALLS} a minute. Try again in ${retryAfterSeconds} seconds.`;
    return { headers, refusal: new AppError("limit_exceeded", message, { retryAfterSeconds }) };
  }
}

function headersOf({ remainingPoints, msBeforeNext }: RateLimiterRes): LimitHeaders {
  const reset = Math.ceil(msBeforeNext / 1000);
  return {
    ratelimit: `"token";r=${remainingPoints};t=${reset}`,
    "ratelimit-policy": `"token";q=${CALLS};w=${SECONDS}`,
  };
}

// Where the table can't be written (a standby, a database in trouble) each process counts for itself.
function limiter(): RateLimiterPostgres {
  return processGlobal("limiter.api", () => {
    return new RateLimiterPostgres({
      ...LIMIT,
      storeClient: pool(),
      tableName: "rate_limits",
      tableCreated: true,
      clearExpiredByTimeout: true,
      insuranceLimiter: new RateLimiterMemory(LIMIT),
    });
  });
}

function ownLimiter(): RateLimiterMemory {
  return processGlobal("limiter.polls", () => new RateLimiterMemory(LIMIT));
}
