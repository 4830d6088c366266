import { z } from "zod";
import { type OutgoingAnswer, type OutgoingLimits, outgoing, outgoingBytes } from "#lib/outgoing/index.ts";
import { isAppError } from "../../errors.ts";
import { LruCache } from "../../lru-cache.ts";
import { parseChallenge } from "./challenge.ts";
import { denied, statusFailure, upstreamFailed } from "./failures.ts";

/** A registry and how it is asked. */
export interface Registry {
  /** What a token that it gave out is remembered under: another one once the credentials change. */
  key: string;
  /** Its origin. */
  url: string;
  credentials: { username: string; password: string } | null;
}

export interface Ask {
  /** Below the origin, its query included. */
  path: string;
  method?: "GET" | "HEAD";
  accept?: string;
  /** The repository there whose content is asked for. */
  repository?: string;
}

interface Authorization {
  header: string;
  untilMs: number;
}

const authorizations = new LruCache<Authorization>(1000);
const TOKEN_BYTES_MAX = 64 * 1024;
/** Before its end a token counts as ended, so that none ends on its way. */
const TOKEN_MARGIN_MS = 10_000;
/** How long a token lasts where nobody says (token.md: 60 s). */
const TOKEN_SECONDS = 60;

export function hostOf({ url }: Pick<Registry, "url">): string {
  return new URL(url).host;
}

/**
 * Asks a registry, with a token where it wants one: Basic to the registry itself, Bearer from the realm that it names.
 * @returns its answer, whatever the status but 401
 * @throws unavailable where it refuses us or fails; invalid where an address of it is refused
 */
export async function ask(registry: Registry, what: Ask, limits: OutgoingLimits): Promise<OutgoingAnswer> {
  const key = `${registry.key} ${what.repository ?? ""}`;
  const known = authorizations.get(key);
  const first = await call(registry, { ...what, authorization: known && isFresh(known) ? known.header : null }, limits);
  if (first.status !== 401) return first;
  first.body.destroy();
  const authorization = await authorize(registry, { ...what, header: first.headers["www-authenticate"] }, limits);
  const second = await call(registry, { ...what, authorization: authorization.header }, limits);
  if (second.status === 401) {
    second.body.destroy();
    throw denied(hostOf(registry), registry.credentials !== null);
  }
  authorizations.set(key, authorization);
  return second;
}

function isFresh({ untilMs }: Authorization): boolean {
  return Date.now() < untilMs;
}

function call(registry: Registry, asked: Ask & { authorization: string | null }, limits: OutgoingLimits) {
  const { method, path, accept, authorization } = asked;
  const headers = { ...(accept ? { accept } : {}), ...(authorization ? { authorization } : {}) };
  return outgoing({ url: new URL(path, registry.url), method, headers }, limits);
}

async function authorize(
  registry: Registry,
  { header, repository }: Ask & { header: string | undefined },
  limits: OutgoingLimits,
): Promise<Authorization> {
  const { credentials } = registry;
  const challenge = parseChallenge(header);
  if (!challenge) throw upstreamFailed(`${hostOf(registry)} asks for a way to sign in that Purser does not know.`);
  const basic =
    credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
  if (challenge.scheme === "bearer") return bearerFrom(registry, { ...challenge, repository, basic }, limits);
  if (!basic) throw denied(hostOf(registry), false);
  return { header: basic, untilMs: Date.now() + 300_000 };
}

const Token = z.object({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
});

interface Realm {
  realm: string;
  service: string | null;
  repository?: string;
  basic: string | null;
}

async function bearerFrom(registry: Registry, asked: Realm, limits: OutgoingLimits): Promise<Authorization> {
  const { realm, service, repository, basic } = asked;
  const url = URL.parse(realm, registry.url);
  if (!url) throw upstreamFailed(`${hostOf(registry)} names no address that gives out tokens.`);
  if (service) url.searchParams.set("service", service);
  if (repository) url.searchParams.set("scope", `repository:${repository}:pull`);
  const headers: Record<string, string> = basic ? { authorization: basic } : {};
  const { status, bytes } = await outgoingBytes({ url, headers }, { ...limits, bytesMax: TOKEN_BYTES_MAX });
  if (status === 401 || status === 403) throw denied(hostOf(registry), basic !== null);
  if (status !== 200) throw statusFailure(url.host, status);
  const { token, access_token, expires_in = TOKEN_SECONDS } = tokenIn(bytes, url.host);
  return {
    header: `Bearer ${token ?? access_token}`,
    untilMs: Date.now() + expires_in * 1000 - TOKEN_MARGIN_MS,
  };
}

function tokenIn(bytes: Buffer, host: string): z.output<typeof Token> {
  try {
    const given = Token.parse(JSON.parse(bytes.toString("utf8")));
    if (/^[\x21-\x7e]+$/.test(given.token ?? given.access_token ?? "")) return given;
  } catch (error) {
    if (isAppError(error)) throw error;
  }
  throw upstreamFailed(`${host} gives out no token.`);
}
