import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Principal } from "#lib/identity/index.ts";
import { env, keyFor } from "../../env.ts";
import { AppError } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { Slug } from "./list-downloads.ts";
import type { Asker } from "./product-named.ts";
import { readFile } from "./read-file.ts";

const SECONDS_MAX = 600;

export const CreateLink = z.strictObject({
  /** The file's id. */
  file: z.uuid(),
  /** The vendor's slug, where one is named. */
  tenant: Slug.optional(),
  /** For how long the link opens it. */
  seconds: z.int().min(1).max(SECONDS_MAX).default(SECONDS_MAX),
});

export interface Link {
  /** Opens one file, for who has it: no token is sent with it. */
  url: string;
  expiresAt: Date;
}

const ALGORITHM = "HS256";
const AUDIENCE = "files";

/**
 * A link to a file for curl and browsers: signed, bound to the file and to who asked for it, and good for ten minutes at
 * most. What it opens is decided again at each use, as if its asker came themselves.
 * @throws as readFile
 */
export async function createLink(asker: Asker, input: z.input<typeof CreateLink>): Promise<Link> {
  const { seconds, ...asked } = parse(CreateLink, input);
  const { file } = await readFile(asker, asked);
  const { principal } = asker;
  const issuedAt = Math.floor(Date.now() / 1000);
  const who =
    principal.type === "user" ? { user: principal.userId, sv: principal.sessionVersion } : { token: principal.tokenId };
  const signed = await new SignJWT({ file: file.id, ...who })
    .setProtectedHeader({ alg: ALGORITHM })
    .setIssuer(env().PUBLIC_URL)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .sign(keyFor("download-links"));
  return { url: `${env().PUBLIC_URL}/v1/files/${signed}`, expiresAt: new Date((issuedAt + seconds) * 1000) };
}

const Claims = z.union([
  z.object({ file: z.uuid(), token: z.uuid() }),
  z.object({ file: z.uuid(), user: z.uuid(), sv: z.int() }),
]);

/** What a link's last part names: a file, and who asked for the link. @throws not_found for one that is forged or over */
export async function openLink(signed: string): Promise<{ fileId: string; principal: Principal }> {
  const payload = await jwtVerify(signed, keyFor("download-links"), {
    algorithms: [ALGORITHM],
    issuer: env().PUBLIC_URL,
    audience: AUDIENCE,
    requiredClaims: ["exp"],
  }).then(
    (verified) => verified.payload,
    // Whatever is wrong with a link, the answer is the same: it opens nothing.
    () => null,
  );
  const claims = Claims.safeParse(payload).data;
  if (!claims) throw deadLink();
  const principal: Principal =
    "token" in claims
      ? { type: "token", tokenId: claims.token }
      : { type: "user", userId: claims.user, sessionVersion: claims.sv };
  return { fileId: claims.file, principal };
}

/** For a link that no longer opens anything, whyever. */
export const deadLink = () =>
  new AppError("not_found", "This link is no longer valid. Ask for a new one where you got it.", {
    reason: "dead_link",
  });
