import type { RegistryCapability } from "#lib/access/index.ts";
import { parseRepositoryName } from "#lib/catalog/index.ts";
import { decideAccess } from "#lib/entitlements/index.ts";
import { bytesOf, currentRequest, warningHeader } from "#lib/http/index.ts";
import {
  authenticate,
  type GrantedAccess,
  issueRefreshToken,
  type Principal,
  redeemRefreshToken,
  signBearer,
} from "#lib/identity/index.ts";
import { invalid, unauthenticated } from "../errors.ts";
import { basicCredentials } from "./caller.ts";
import { ociError, REGISTRY_HEADERS } from "./errors.ts";
import { parseScopes, type Scope } from "./scope.ts";

const PULL_TTL_SECONDS = 300;
/** Long enough for a large layer on a slow line. */
const PUSH_TTL_SECONDS = 1800;
const FORM_BYTES_MAX = 64 * 1024;

const CAPABILITY_OF: Record<string, RegistryCapability> = {
  pull: "registry.pull",
  push: "registry.push",
  delete: "registry.delete",
};

/** `GET /auth/token` (distribution docs/spec/auth/token.md) and `POST /auth/token` (oauth.md). */
export async function handleToken(request: Request): Promise<Response> {
  try {
    return request.method === "POST" ? await postToken(request) : await getToken(request);
  } catch (error) {
    return ociError(error);
  }
}

async function getToken(request: Request): Promise<Response> {
  const header = request.headers.get("authorization") ?? "";
  const basic = basicCredentials(header);
  if (!basic && header !== "") throw unauthenticated("The credentials are malformed.");
  const query = new URL(request.url).searchParams;
  const scopes = parseScopes(query.getAll("scope"));
  if (!basic && scopes.length === 0) throw unauthenticated(SIGN_IN);
  if (!basic) return answer(null, scopes);
  const offline = query.get("offline_token") === "true";
  return signIn(basic, { scopes, offline, clientId: query.get("client_id") });
}

async function postToken(request: Request): Promise<Response> {
  const form = new URLSearchParams((await bytesOf(request, FORM_BYTES_MAX)).toString("utf8"));
  const scopes = parseScopes(form.getAll("scope"));
  switch (form.get("grant_type")) {
    case "refresh_token": {
      const secret = form.get("refresh_token") ?? "";
      return answer(await redeemRefreshToken(secret, currentRequest()), scopes);
    }
    case "password": {
      const [username, password] = [form.get("username"), form.get("password")];
      if (!username || !password) throw unauthenticated(SIGN_IN);
      const offline = form.get("access_type") === "offline";
      return signIn({ username, password }, { scopes, offline, clientId: form.get("client_id") });
    }
    default:
      throw invalid({ grant_type: "must be password or refresh_token" }, { reason: "unsupported_grant_type" });
  }
}

const SIGN_IN = "Send your email address and a personal token.";

interface Asked {
  scopes: readonly Scope[];
  /** Whether the client wants a refresh token, to keep instead of the password. */
  offline: boolean;
  clientId: string | null;
}

async function signIn(
  credentials: { username: string; password: string },
  { scopes, offline, clientId }: Asked,
): Promise<Response> {
  const { address, requestId, userAgent } = currentRequest();
  const principal = await authenticate({ ...credentials, address });
  if (!offline) return answer(principal, scopes);
  const grant = { password: credentials.password, clientId: clientId || userAgent, address, requestId };
  return answer(principal, scopes, await issueRefreshToken(principal, grant));
}

async function answer(principal: Principal | null, scopes: readonly Scope[], refreshToken?: string): Promise<Response> {
  const granting = await Promise.all(scopes.map((scope) => granted(principal, scope)));
  const access = granting.map(({ type, name, actions }) => ({ type, name, actions }));
  const warning = granting.find((grant) => grant.warning)?.warning;
  const pushes = access.some(({ actions }) => actions.includes("push"));
  const ttlSeconds = pushes ? PUSH_TTL_SECONDS : PULL_TTL_SECONDS;
  const { token, issuedAt } = await signBearer(principal, access, ttlSeconds);
  const body = {
    token,
    access_token: token,
    expires_in: ttlSeconds,
    issued_at: issuedAt.toISOString(),
    scope: access.map(({ type, name, actions }) => `${type}:${name}:${actions.join(",")}`).join(" "),
    refresh_token: refreshToken,
  };
  const headers = { ...REGISTRY_HEADERS, "content-type": "application/json", ...warningHeader(warning) };
  return new Response(JSON.stringify(body), { status: 200, headers });
}

// Granted = requested ∩ allowed. Less than asked for, or nothing, is no error; what is unknown has the same shape.
async function granted(principal: Principal | null, scope: Scope): Promise<GrantedAccess & { warning?: string }> {
  const { type, name, actions } = scope;
  // The catalog is everybody's who is signed in: it lists what they may pull.
  if (type === "registry" && name === "catalog") return { ...scope, actions: principal ? actions : [] };
  const repository = type === "repository" ? parseRepositoryName(name) : null;
  if (!repository || !principal) return { type, name, actions: [] };
  const { may, decision } = await decideAccess(principal, repository, "registry.pull");
  const asked = actions.includes("*") ? Object.keys(CAPABILITY_OF) : actions;
  const allowed = asked.filter((action) => {
    const capability = CAPABILITY_OF[action];
    return capability !== undefined && may(capability).allowed;
  });
  return { type, name, actions: [...new Set(allowed)], warning: decision.warning };
}
