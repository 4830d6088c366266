import { createHmac, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { exportJWK, SignJWT, UnsecuredJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { keyFor, setEnv } from "../env.ts";
import { type Principal, registryService, signBearer, verifyBearer } from "./index.ts";

const ISSUER = "http://purser.test:3000";
const USER: Principal = { type: "user", userId: randomUUID(), sessionVersion: 3 };
const NOW = new Date();
const now = Math.floor(NOW.getTime() / 1000);

beforeAll(() => {
  setEnv({
    DATABASE_URL: "postgresql://unused",
    PURSER_SECRET: "a secret for tests alone: 0123456789",
    PUBLIC_URL: ISSUER,
  });
});

const CLAIMS = {
  iss: ISSUER,
  aud: "purser.test:3000",
  sub: `user:${USER.userId}`,
  sv: 3,
  iat: now,
  nbf: now - 5,
  exp: now + 300,
  jti: "1",
  access: [],
};
const HEADER = { alg: "HS256", kid: "1", typ: "JWT" };

/** A token made by hand with the right key, so that each forgery differs from a good one in one thing alone. */
function token(header: object = {}, claims: object = {}, key: Uint8Array = keyFor("registry-tokens")): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const signed = `${part({ ...HEADER, ...header })}.${part({ ...CLAIMS, ...claims })}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

describe("a bearer token", () => {
  it("names who it was made out to, until it ends", async () => {
    for (const principal of [USER, { type: "token", tokenId: randomUUID() } as const]) {
      const { token: signed, issuedAt } = await signBearer(principal, [], 60);
      expect(await verifyBearer(signed, issuedAt)).toEqual(principal);
      const end = new Date((Math.floor(issuedAt.getTime() / 1000) + 60) * 1000);
      expect(await verifyBearer(signed, new Date(end.getTime() - 1))).toEqual(principal);
      expect(await verifyBearer(signed, end)).toBeNull();
    }
  });

  it("names nobody after its end, also where it was never seen before it", async () => {
    const { token: signed, issuedAt } = await signBearer(USER, [], 60);
    expect(await verifyBearer(signed, new Date(issuedAt.getTime() + 61_000))).toBeNull();
  });

  it("says to the client what it was granted, for this service", async () => {
    const access = [{ type: "repository", name: "acme/tool", actions: ["pull"] }];
    const { token: signed } = await signBearer(USER, access, 60);
    const [, payload = ""] = signed.split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      access,
      iss: ISSUER,
      aud: registryService(),
    });
  });

  it("made by hand with the right key and claims is good: so each forgery below fails for its own reason", async () => {
    expect(await verifyBearer(token(), NOW)).toEqual(USER);
  });
});

describe("a forged bearer token", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const good = () => token();
  const parts = () => good().split(".") as [string, string, string];

  it.each<[string, () => string | Promise<string>]>([
    ["has no algorithm", () => new UnsecuredJWT(CLAIMS).encode()],
    ["says none and keeps the signature", () => token({ alg: "none" })],
    ["says None in other letters", () => token({ alg: "nOnE" })],
    ["says another HMAC", () => token({ alg: "HS512" })],
    ["is signed with another HMAC and the right key", () => sha512Token()],
    ["is signed with RSA", () => new SignJWT(CLAIMS).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey)],
    [
      "is signed with a public key taken for a secret",
      () => token({}, {}, publicKey.export({ type: "spki", format: "der" })),
    ],
    ["is signed with another key", () => token({}, {}, randomBytes(32))],
    ["is signed with an empty key", () => token({}, {}, new Uint8Array(0))],
    ["is signed with the key for sessions", () => token({}, {}, keyFor("sessions"))],
    ["brings its own key", async () => forgedWithKey({ jwk: await exportJWK(publicKey) })],
    ["says where its key is", () => forgedWithKey({ jku: "https://evil.example/keys.json" })],
    ["brings a certificate", () => forgedWithKey({ x5c: ["MIIB"], x5u: "https://evil.example/c.pem" })],
    ["names a file as its key", () => token({ kid: "../../../../dev/null" })],
    ["names another key", () => token({ kid: "2" })],
    ["names no key", () => token({ kid: undefined })],
    ["has a critical extension", () => token({ crit: ["x"], x: 1 })],
    ["is for another service", () => token({}, { aud: "evil.example" })],
    ["is for nobody", () => token({}, { aud: undefined })],
    ["is by another issuer", () => token({}, { iss: "https://evil.example" })],
    ["is by nobody", () => token({}, { iss: undefined })],
    ["has expired", () => token({}, { exp: now - 1 })],
    ["never expires", () => token({}, { exp: undefined })],
    ["expires at a word", () => token({}, { exp: "never" })],
    ["is not valid yet", () => token({}, { nbf: now + 60 })],
    ["has no beginning", () => token({}, { nbf: undefined })],
    ["has no time of issue", () => token({}, { iat: undefined })],
    ["has no id", () => token({}, { jti: undefined })],
    ["has no subject", () => token({}, { sub: undefined })],
    ["has a subject of another kind", () => token({}, { sub: `admin:${USER.userId}` })],
    ["has a subject without an id", () => token({}, { sub: "user:" })],
    ["lacks the session's version", () => token({}, { sv: undefined })],
    ["has a session's version that is a text", () => token({}, { sv: "3" })],
    ["has an altered payload", () => altered({ sub: `user:${randomUUID()}` })],
    ["has an altered header", () => [part({ ...HEADER, x: 1 }), parts()[1], parts()[2]].join(".")],
    ["is cut short", () => good().slice(0, -5)],
    ["has no signature", () => `${parts()[0]}.${parts()[1]}.`],
    ["has two parts", () => `${parts()[0]}.${parts()[1]}`],
    ["has four parts", () => `${good()}.x`],
    ["is empty", () => ""],
    ["is no token at all", () => "Bearer x"],
    ["is very long", () => "a.".repeat(100_000)],
    ["is JSON", () => JSON.stringify({ ...CLAIMS })],
  ])("names nobody: it %s", async (_, make) => {
    expect(await verifyBearer(await make(), NOW)).toBeNull();
  });

  const sha512Token = () => {
    const signed = `${part({ ...HEADER, alg: "HS512" })}.${parts()[1]}`;
    return `${signed}.${createHmac("sha512", keyFor("registry-tokens")).update(signed).digest("base64url")}`;
  };
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const altered = (claims: object) => [parts()[0], part({ ...CLAIMS, ...claims }), parts()[2]].join(".");
  const forgedWithKey = (header: object) =>
    new SignJWT(CLAIMS).setProtectedHeader({ alg: "RS256", kid: "1", ...header }).sign(privateKey);

  it("is not let in by a good one that was seen before", async () => {
    const seen = good();
    expect(await verifyBearer(seen, NOW)).toEqual(USER);
    expect(await verifyBearer(`${seen}x`, NOW)).toBeNull();
    expect(await verifyBearer(seen.replace(/\.(.)(.)/, ".$2$1"), NOW)).toBeNull();
  });
});
