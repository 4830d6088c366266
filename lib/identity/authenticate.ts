import { FreshCache, queryPrepared, type Reading, type Statement, translated } from "#lib/db/index.ts";
import { EmailAddress } from "../email.ts";
import { unauthenticated } from "../errors.ts";
import { log } from "../log.ts";
import { countAttempt } from "./limits.ts";
import { networkOf } from "./network.ts";
import { hashSecret, isTokenSecret } from "./secret.ts";
import { checkPassword } from "./sign-in.ts";

/** Who a request says it is, proven; what they may do is looked up anew on every request. */
export type Principal = { type: "user"; userId: string; sessionVersion: number } | { type: "token"; tokenId: string };

const PASSWORD_CLOSED =
  "This account has a second factor, so its password does not open the registry. Use a personal token as the password.";

export interface Credentials {
  username: string;
  password: string;
  address: string;
}

/**
 * Proves a pair of Basic credentials: a personal token (user name: the account's email, or `token`), a robot's token
 * (user name: the robot's, or `token`), or an account's email and password while it has no second factor.
 * @throws unauthenticated; limit_exceeded after too many wrong ones from an address or for an account
 */
export async function authenticate({ username, password, address }: Credentials): Promise<Principal> {
  if (isTokenSecret(password)) return authenticateToken(password, { username, address });
  const user = await checkPassword({ email: username, password }, { address });
  // Nobody could ask for the second factor here, so the first alone must not do.
  if (user.totpEnabledAt) throw unauthenticated(PASSWORD_CLOSED);
  return { type: "user", userId: user.id, sessionVersion: user.sessionVersion };
}

/** Proves a token's secret alone, as `Authorization: Bearer` carries it. @throws as authenticate */
export async function authenticateToken(
  secret: string,
  from: { username?: string; address: string },
): Promise<Principal> {
  try {
    const secretHash = hashSecret(secret);
    const token = await tokens.get(secretHash, () => readToken(secretHash, from.address));
    if (!token || !answersTo(token, from.username) || (token.ends_at && token.ends_at <= new Date())) {
      await countAttempt("token-address", networkOf(from.address));
      throw unauthenticated("The token is wrong, has expired or was revoked.");
    }
    return { type: "token", tokenId: token.id };
  } catch (error) {
    throw translated(error);
  }
}

const tokens = new FreshCache<TokenRow | null>(5000);

async function readToken(secretHash: string, address: string): Promise<Reading<TokenRow | null>> {
  const [token] = await queryPrepared<TokenRow>(FIND_TOKEN, [secretHash]);
  // A wrong secret is nobody's: of its coming to be right nobody would be told.
  if (!token) return { value: null, restsOn: null };
  if (token.stale || token.last_used_address !== address) noteUse(token.id, address);
  return { value: token, restsOn: [`token:${token.id}`, `user:${token.user_id}`] };
}

interface TokenRow {
  id: string;
  name: string;
  user_id: string | null;
  email: string | null;
  /** When this secret ends. */
  ends_at: Date | null;
  stale: boolean;
  last_used_address: string | null;
}

const FIND_TOKEN: Statement = {
  name: "find_token_by_secret",
  text: `
    SELECT a.id, a.name, a.user_id, u.email, a.last_used_address,
           CASE WHEN a.secret_hash = $1 THEN a.expires_at ELSE least(a.previous_expires_at, a.expires_at) END AS ends_at,
           a.last_used_at IS NULL OR a.last_used_at < now() - interval '1 minute' AS stale
    FROM access_tokens a LEFT JOIN users u ON u.id = a.user_id
    WHERE (a.secret_hash = $1 OR (a.previous_secret_hash = $1 AND a.previous_expires_at > now()))
      AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > now())`,
};

function answersTo(token: TokenRow, username: string | undefined): boolean {
  if (username === undefined || username === "token") return true;
  if (token.email === null) return username === token.name;
  const address = EmailAddress.safeParse(username);
  return address.success && address.data === token.email;
}

// Off the request's path: when a token was last used may be a minute late, but must not cost the pull a write.
function noteUse(id: string, address: string): void {
  queryPrepared(NOTE_USE, [id, address]).catch((error) =>
    log.warn({ error: String(error) }, "a token's last use was not kept"),
  );
}

const NOTE_USE: Statement = {
  name: "note_token_use",
  text: "UPDATE access_tokens SET last_used_at = now(), last_used_address = $2 WHERE id = $1",
};
