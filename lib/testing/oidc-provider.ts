import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** What the provider says of whoever comes by; a test changes it as it likes. */
export interface Vouched {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  /** What else it says of them. */
  [claim: string]: unknown;
}

export interface OidcProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in there next. */
  person: Vouched;
  /** Claims that replace right ones in the next ID tokens: a wrong nonce, another issuer. */
  forged: Record<string, unknown>;
  stop(): Promise<void>;
}

interface Asked {
  challenge: string;
  nonce: string;
  redirectUri: string;
  person: Vouched;
}

/** A small OpenID Connect provider that asks nobody: discovery, keys, authorisation codes with PKCE, signed ID tokens. */
export async function startOidcProvider(): Promise<OidcProvider> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  const shown = { clientId: "purser", clientSecret: "the test's own secret", person: { sub: "1" }, forged: {} };
  const provider: OidcProvider = { issuer, ...shown, stop };
  const codes = new Map<string, Asked>();
  return provider;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", issuer);
    if (url.pathname === "/authorize") return authorize(url.searchParams, response, { codes, provider });
    if (url.pathname === "/token") {
      const claims = redeemed(codes, await formOf(request));
      return json(response, claims ? await tokens({ ...claims, ...provider.forged }) : { error: "invalid_grant" });
    }
    if (url.pathname === "/jwks") return json(response, { keys: [jwk] });
    if (url.pathname === "/.well-known/openid-configuration") return json(response, discovery(issuer));
    response.writeHead(404).end();
  }

  async function tokens(claims: Record<string, unknown>): Promise<object> {
    const idToken = new SignJWT({ iss: issuer, aud: provider.clientId, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
    return { access_token: newCode(), token_type: "Bearer", expires_in: 300, id_token: await idToken };
  }
}

function authorize(
  query: URLSearchParams,
  response: ServerResponse,
  { codes, provider }: { codes: Map<string, Asked>; provider: OidcProvider },
): void {
  const code = newCode();
  const redirectUri = query.get("redirect_uri") ?? "";
  const [challenge, nonce] = [query.get("code_challenge") ?? "", query.get("nonce") ?? ""];
  codes.set(code, { challenge, nonce, redirectUri, person: { ...provider.person } });
  const back = new URL(redirectUri);
  back.search = String(new URLSearchParams({ code, state: query.get("state") ?? "" }));
  response.writeHead(302, { location: back.href }).end();
}

/** Whom a code was given for, once; null for a wrong code, verifier or address. */
function redeemed(codes: Map<string, Asked>, form: URLSearchParams): Record<string, unknown> | null {
  const code = form.get("code") ?? "";
  const asked = codes.get(code);
  const challenge = createHash("sha256")
    .update(form.get("code_verifier") ?? "")
    .digest("base64url");
  if (!asked || asked.challenge !== challenge || asked.redirectUri !== form.get("redirect_uri")) return null;
  codes.delete(code);
  return { ...asked.person, nonce: asked.nonce };
}

function newCode(): string {
  return randomBytes(8).toString("hex");
}

function discovery(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

function json(response: ServerResponse, body: object): void {
  response.writeHead("error" in body ? 400 : 200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
