import { hkdfSync } from "node:crypto";
import { isIP } from "node:net";
import { availableParallelism } from "node:os";
import path from "node:path";
import { z } from "zod";

const flag = z.stringbool().default(false);

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(message).int(message).min(min, message).max(max, message);
}

function number(min: number, max: number) {
  const message = `must be a number from ${min} to ${max}`;
  return z.coerce.number(message).min(min, message).max(max, message);
}

const Env = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  DATABASE_URL: z
    .string("is missing: postgresql://user:password@host:5432/database")
    .regex(/^(postgres(ql)?|socket):/, "must begin with postgresql://"),
  DATA_DIR: z
    .string()
    .default("data")
    .transform((dir) => path.resolve(dir)),
  HOST: z.string().optional(),
  PORT: wholeNumber(1, 65_535).default(3000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be a URL such as https://purser.example.com" })
    .transform((url) => new URL(url).origin)
    .optional(),
  /** The instance's key: sessions, registry tokens and stored secrets hang on it. */
  PURSER_SECRET: z
    .string("is missing: make one with `openssl rand -base64 48`")
    .min(32, "must have at least 32 characters: make one with `openssl rand -base64 48`")
    .refine((secret) => new Set(secret).size >= 10, "is too simple: make one with `openssl rand -base64 48`"),
  WORKERS: wholeNumber(1, 256).default(availableParallelism()),
  DATABASE_CONNECTIONS: wholeNumber(1, 500).default(10),
  /** For how long what nothing refers to stays before the clean-up takes it; a part of an hour is as good. */
  CLEANUP_GRACE_HOURS: number(0.0001, 8760).default(24),
  /** After how many days without a byte an upload is given up. */
  UPLOAD_IDLE_DAYS: number(0.0001, 365).default(7),
  /** How much a workspace may keep where it has no quota of its own; no limit where it is empty. */
  QUOTA_BYTES: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
  /** The largest backup that may be uploaded to be restored. */
  BACKUP_UPLOAD_BYTES: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(100 * 1024 ** 3),
  QUOTA_REPOSITORIES: wholeNumber(0, 1_000_000).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** smtps://user:password@host:465; without it, letters stay in DATA_DIR/outbox. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "must be a URL such as smtps://user:password@host:465" }).optional(),
  MAIL_FROM: z
    .string()
    .max(320)
    .regex(/^[^\r\n]+$/, "must be one line: Purser <purser@example.com>")
    .optional(),
  /** Anyone may make an account; otherwise only who was invited. */
  OPEN_SIGN_UP: z.stringbool().default(true),
  /** Anyone with an account may register a tenant; otherwise only instance admins. */
  OPEN_TENANTS: flag,
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  /** Any OpenID Connect provider: its issuer, which has /.well-known/openid-configuration. */
  OIDC_ISSUER: z.url({ protocol: /^https?$/, error: "must be the issuer's URL" }).optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** What its button says. */
  OIDC_NAME: z.string().max(40).default("Single sign-on"),
  /** Blobs in a bucket of an object store that speaks S3; without it, in DATA_DIR/store. */
  S3_BUCKET: z.string().min(3, "must be the name of a bucket").optional(),
  /** Where the store is, unless it is Amazon's own. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/, error: "must be a URL such as https://s3.example.com" }).optional(),
  S3_REGION: z.string().default("us-east-1"),
  /** Without them, the ways of the AWS SDK: a role of the machine, a profile. */
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** The bucket in the path and not in the host name: most stores but Amazon's want that. */
  S3_FORCE_PATH_STYLE: flag,
  /** What the name of every object begins with. */
  S3_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._/-]{0,200}$/, "may have letters, digits and ._/-")
    .transform((prefix) => prefix.replace(/^\/+|\/+$/g, "").replace(/(.)$/, "$1/"))
    .default(""),
  /** Whether readers get blobs from the object store by a signed link, or through this server. */
  BLOB_REDIRECT: z.enum(["on", "off"], "must be on or off").default("on"),
  /** Where Stripe's API is: a stand-in for trials and tests (`npm run stripe:local`) is named here. */
  STRIPE_API_URL: z
    .url({ protocol: /^https?$/, error: "must be a URL such as https://api.stripe.com" })
    .default("https://api.stripe.com"),
  /** Hosts, host:port and networks that vendors may name for outgoing calls although they are private, or have no TLS. */
  OUTGOING_ALLOW: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((entry) => entry.trim().toLowerCase() || []))
    .refine((entries) => entries.every(isHostOrNetwork), "must be a list such as 10.1.0.0/16,registry.internal:5000"),
  /** Take the client's address from X-Forwarded-For (its last entry), because a proxy of ours writes it. */
  TRUST_PROXY: flag,
});

// Hoisted: the schema above asks for it when it is used.
function isHostOrNetwork(entry: string): boolean {
  const [address = "", bits, ...rest] = entry.split("/");
  if (bits !== undefined) {
    return (
      rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : isIP(address) && 128)
    );
  }
  return isIP(entry) > 0 || /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.test(entry);
}

export type Env = z.output<typeof Env> & { PUBLIC_URL: string };

let parsed: Env | undefined;

/**
 * The settings, read once. This file alone reads process.env.
 * @throws SettingsError: one line that names each bad variable and what would be right.
 */
export function env(): Env {
  parsed ??= readEnv(process.env);
  return parsed;
}

/** The same from any source. @throws SettingsError */
export function readEnv(source: Record<string, string | undefined>): Env {
  const settings = checked(Env, source);
  if (!settings.S3_ACCESS_KEY_ID !== !settings.S3_SECRET_ACCESS_KEY) {
    throw new SettingsError("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both, or neither");
  }
  return { ...settings, PUBLIC_URL: settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}` };
}

/** The settings as far as they must be right before there is a database or a key. @throws SettingsError */
export function settingsBeforeDatabase() {
  return checked(
    Env.extend({ DATABASE_URL: Env.shape.DATABASE_URL.optional(), PURSER_SECRET: Env.shape.PURSER_SECRET.optional() }),
    process.env,
  );
}

/** Whether somebody chose a setting, or it is as it is by default. */
export function isChosen(name: keyof typeof Env.shape): boolean {
  return Boolean(process.env[name]);
}

/** One line that names each bad variable and what would be right. */
class SettingsError extends Error {
  override readonly name = "SettingsError";
}

function checked<S extends z.ZodType>(schema: S, source: Record<string, string | undefined>): z.output<S> {
  const result = schema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== "")));
  if (result.success) return result.data;
  throw new SettingsError(result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
}

/** Sets variables for this process and its children, and forgets what was read before. */
export function setEnv(values: Record<string, string>): void {
  Object.assign(process.env, values);
  parsed = undefined;
  keys.clear();
}

type Purpose =
  | "sessions"
  | "registry-tokens"
  | "stored-secrets"
  | "compliance-snapshots"
  | "upload-tickets"
  | "backups"
  | "mail-preferences"
  | "download-links";

const keys = new Map<Purpose, Uint8Array<ArrayBuffer>>();

/** 32 bytes for one purpose, from the instance's key (HKDF, RFC 5869); derived once. */
export function keyFor(purpose: Purpose): Uint8Array<ArrayBuffer> {
  const known = keys.get(purpose);
  if (known) return known;
  const key = new Uint8Array(hkdfSync("sha256", env().PURSER_SECRET, "purser", purpose, 32));
  keys.set(purpose, key);
  return key;
}

/** The log's level, which must be known before the rest has been checked. */
export function logLevel(): string {
  const level = Env.shape.LOG_LEVEL.safeParse(process.env.LOG_LEVEL || undefined);
  return level.success ? level.data : "info";
}

/** The environment for a child process: ours, with some settings more. */
export function childEnv(extra: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}
