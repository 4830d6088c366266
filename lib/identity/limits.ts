import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { pool, queryPrepared, type Statement } from "#lib/db/index.ts";
import { AppError } from "../errors.ts";
import { processGlobal } from "../process-global.ts";

interface Limit {
  /** Attempts in `seconds`; after that, refused until they have passed. */
  attempts: number;
  seconds: number;
}

// Shared by all workers through the database.
const LIMITS = {
  "password-account": { attempts: 10, seconds: 900 },
  "password-address": { attempts: 10, seconds: 300 },
  "token-address": { attempts: 60, seconds: 60 },
  "second-factor-account": { attempts: 10, seconds: 900 },
  // Letters that a stranger can have sent: few of a purpose to one address, not too many from one place.
  "mail-account": { attempts: 5, seconds: 3600 },
  "mail-address": { attempts: 20, seconds: 3600 },
  // Questions to a passkey that a stranger can have made: each is a row.
  "passkey-address": { attempts: 60, seconds: 60 },
  // Ways to Stripe's pages: each is a few calls to Stripe.
  "checkout-account": { attempts: 30, seconds: 3600 },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/**
 * Counts one attempt against a key. One that is refused does not count: only what was evaluated does.
 * @throws limit_exceeded with the seconds to wait, once there were too many
 */
export async function countAttempt(name: LimitName, key: string): Promise<void> {
  try {
    await limiter(name).consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    await uncountAttempt(name, key);
    const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new AppError("limit_exceeded", `Too many attempts. Try again in ${inWords(retryAfterSeconds)}.`, {
      retryAfterSeconds,
    });
  }
}

/** Takes one attempt back: it turned out to be a good one. What was not counted, or no longer counts, is no credit. */
export async function uncountAttempt(name: LimitName, key: string): Promise<void> {
  await queryPrepared(UNCOUNT, [limiter(name).getKey(key)]);
}

const UNCOUNT: Statement = {
  name: "uncount_attempt",
  text: "UPDATE rate_limits SET points = points - 1 WHERE key = $1 AND points > 0",
};

/** Takes all attempts back: whoever failed before has shown another way who they are. */
export async function forgetAttempts(name: LimitName, key: string): Promise<void> {
  await limiter(name).delete(key);
}

const turns = new Map<string, Promise<unknown>>();

/**
 * Runs what counts attempts for `key` one after another in this process, so that many right passwords at once are not
 * taken for too many attempts.
 */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(key, mine);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === mine) turns.delete(key);
  }
}

function limiter(name: LimitName): RateLimiterPostgres {
  return processGlobal(`limiter.${name}`, () => {
    const { attempts, seconds } = LIMITS[name];
    return new RateLimiterPostgres({
      storeClient: pool(),
      tableName: "rate_limits",
      tableCreated: true,
      clearExpiredByTimeout: true,
      keyPrefix: name,
      points: attempts,
      duration: seconds,
    });
  });
}

function inWords(seconds: number): string {
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
