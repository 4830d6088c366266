import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../../context.ts";
import { env, keyFor } from "../../env.ts";
import { AppError, isAppError } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { BeginAssetUpload, beginUpload, ownUpload } from "./begin-upload.ts";

export const AskUploadTicket = BeginAssetUpload.extend({ uploadId: z.uuid().optional() });

const TTL_SECONDS = 15 * 60;
const AUDIENCE = "purser-upload";

export interface UploadTicket {
  uploadId: string;
  /** Where tus clients find the upload, on the server that the page is from. */
  url: string;
  /** What they send as their bearer. */
  ticket: string;
  expiresAt: Date;
}

/**
 * A ticket with which a browser uploads one file without its cookie: for the upload `uploadId` of the same file that is under
 * way, else for a new one. It says who and which upload; what they may do is asked at each request.
 * @throws as beginAssetUpload; forbidden for who is no person
 */
export async function ticketForUpload(ctx: Ctx, input: z.input<typeof AskUploadTicket>): Promise<UploadTicket> {
  await demand(ctx, "release.publish");
  const { uploadId: standing, ...file } = parse(AskUploadTicket, input);
  if (ctx.actor.type !== "user") throw new AppError("forbidden", "A token uploads as itself: it needs no ticket.");
  const uploadId = (standing && (await isGoingOn(ctx, standing, file)) && standing) || (await beginUpload(ctx, file));
  const userId = ctx.actor.id;
  const user = await query((db) =>
    db.user.findUniqueOrThrow({ where: { id: userId }, select: { sessionVersion: true } }),
  );
  const expiresAt = new Date(Math.floor(Date.now() / 1000 + TTL_SECONDS) * 1000);
  const ticket = await new SignJWT({ upload: uploadId, tenant: ctx.tenant.slug, sv: user.sessionVersion })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(env().PUBLIC_URL)
    .setAudience(AUDIENCE)
    .setSubject(userId)
    .setExpirationTime(expiresAt)
    .sign(keyFor("upload-tickets"));
  return { uploadId, url: `/v1/uploads/${uploadId}`, ticket, expiresAt };
}

async function isGoingOn(
  ctx: Ctx,
  uploadId: string,
  file: { releaseId: string; filename: string; size: number },
): Promise<boolean> {
  try {
    const upload = await query(ownUpload(ctx, uploadId));
    return (
      upload.releaseId === file.releaseId && upload.filename === file.filename && Number(upload.size) === file.size
    );
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") return false;
    throw error;
  }
}

export interface TicketHolder {
  uploadId: string;
  /** The tenant's slug. */
  tenant: string;
  principal: { type: "user"; userId: string; sessionVersion: number };
}

const Claims = z.object({ upload: z.uuid(), tenant: z.string(), sv: z.int(), sub: z.uuid() });

/** Who holds a ticket, and for which upload; null where it is forged, has expired or is none. */
export async function readUploadTicket(ticket: string): Promise<TicketHolder | null> {
  try {
    const how = { algorithms: ["HS256"], issuer: env().PUBLIC_URL, audience: AUDIENCE, requiredClaims: ["exp"] };
    const { payload } = await jwtVerify(ticket, keyFor("upload-tickets"), how);
    const { upload, tenant, sv, sub } = Claims.parse(payload);
    return { uploadId: upload, tenant, principal: { type: "user", userId: sub, sessionVersion: sv } };
  } catch {
    // Whatever is wrong with it, the answer is the same: it names nobody.
    return null;
  }
}
