import { jwtVerify, SignJWT } from "jose";
import { env, keyFor } from "../env.ts";
import { newId } from "../ids.ts";
import { LruCache } from "../lru-cache.ts";
import { processGlobal } from "../process-global.ts";
import type { Principal } from "./authenticate.ts";

/** What the token endpoint says it granted (distribution's docs/spec/auth/jwt.md); for the client to read. */
export interface GrantedAccess {
  type: string;
  name: string;
  actions: string[];
}

const ALGORITHM = "HS256";
const KEY_ID = "1";

/**
 * Signs a bearer token for the registry. It carries who the caller is, never what they may do: that is decided on every
 * request, so a revoked right ends with the next one and not with the token (docs/adr/0005). `principal` null is the
 * anonymous caller, whose token opens nothing.
 */
export async function signBearer(
  principal: Principal | null,
  access: GrantedAccess[],
  ttlSeconds: number,
): Promise<{ token: string; issuedAt: Date }> {
  const issuedAt = new Date();
  const now = Math.floor(issuedAt.getTime() / 1000);
  const claims = principal?.type === "user" ? { access, sv: principal.sessionVersion } : { access };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID, typ: "JWT" })
    .setIssuer(env().PUBLIC_URL)
    .setAudience(registryService())
    .setSubject(subjectOf(principal))
    .setIssuedAt(now)
    .setNotBefore(now - 5)
    .setExpirationTime(now + ttlSeconds)
    .setJti(newId())
    .sign(await signingKey());
  return { token, issuedAt };
}

let imported: { bytes: Uint8Array; key: Promise<CryptoKey> } | undefined;

/** The instance's key as WebCrypto has it: importing it costs more than signing. */
function signingKey(): Promise<CryptoKey> {
  const bytes = keyFor("registry-tokens");
  if (imported?.bytes !== bytes) {
    const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    imported = { bytes, key };
  }
  return imported.key;
}

function subjectOf(principal: Principal | null): string {
  if (!principal) return "anonymous";
  return principal.type === "user" ? `user:${principal.userId}` : `token:${principal.tokenId}`;
}

/** The service that bearer tokens are made out to: the public host. */
export function registryService(): string {
  return new URL(env().PUBLIC_URL).host;
}

interface Verified {
  principal: Principal;
  expiresAtMs: number;
}

// A signature that held once holds until the token's end; what the caller may do is not cached here.
const verified = processGlobal("verified-bearers", () => new LruCache<Verified>(8 * 1024 * 1024));

/** Who a bearer token names; null where it is forged, expired, for another service, or not one of ours. */
export async function verifyBearer(token: string, now: Date): Promise<Principal | null> {
  const known = verified.get(token);
  if (known) return known.expiresAtMs > now.getTime() ? known.principal : null;
  const fresh = await verifySignature(token, now);
  if (!fresh) return null;
  verified.set(token, fresh, token.length);
  return fresh.principal;
}

async function verifySignature(token: string, now: Date): Promise<Verified | null> {
  try {
    // One algorithm and one key: a key named or carried by the token itself (jwk, jku, x5c) is never looked at.
    const { payload, protectedHeader } = await jwtVerify(token, await signingKey(), {
      algorithms: [ALGORITHM],
      issuer: env().PUBLIC_URL,
      audience: registryService(),
      requiredClaims: ["sub", "exp", "iat", "nbf", "jti"],
      currentDate: now,
    });
    const principal = principalOf(payload.sub ?? "", payload.sv);
    if (protectedHeader.kid !== KEY_ID || !principal) return null;
    return { principal, expiresAtMs: (payload.exp ?? 0) * 1000 };
  } catch {
    // Whatever is wrong with a token, the answer is the same: it names nobody.
    return null;
  }
}

function principalOf(subject: string, sessionVersion: unknown): Principal | null {
  const [type, id] = subject.split(":");
  if (type === "token" && id) return { type, tokenId: id };
  if (type === "user" && id && typeof sessionVersion === "number") return { type, userId: id, sessionVersion };
  return null;
}
