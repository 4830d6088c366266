import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { pool } from "#lib/db/index.ts";
import { AppError } from "../errors.ts";
import { processGlobal } from "../process-global.ts";

/** Requests of one directory in a minute, counted over all processes: Entra ID sends up to 25 a second. */
const CALLS = { keyPrefix: "scim", points: 3000, duration: 60 };
/** Wrong secrets from one address in a minute, counted by each process for itself. */
const FAILURES = { keyPrefix: "scim-401", points: 60, duration: 60 };

/** @throws limit_exceeded with the seconds to wait */
export async function countScimCall(tenantId: string): Promise<void> {
  await consume(calls(), tenantId);
}

/** Counts a request that was not let in. @throws limit_exceeded */
export async function countScimFailure(address: string): Promise<void> {
  await consume(failures(), address);
}

async function consume(limiter: RateLimiterMemory | RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    const message = `Too many requests. Try again in ${retryAfterSeconds} seconds.`;
    throw new AppError("limit_exceeded", message, { retryAfterSeconds });
  }
}

// Where the table can't be written (a standby, a database in trouble) each process counts for itself.
function calls(): RateLimiterPostgres {
  return processGlobal("limiter.scim", () => {
    return new RateLimiterPostgres({
      ...CALLS,
      storeClient: pool(),
      tableName: "rate_limits",
      tableCreated: true,
      clearExpiredByTimeout: true,
      insuranceLimiter: new RateLimiterMemory(CALLS),
    });
  });
}

function failures(): RateLimiterMemory {
  return processGlobal("limiter.scim-failures", () => new RateLimiterMemory(FAILURES));
}
