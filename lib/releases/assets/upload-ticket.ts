import { z } from "zod";
import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import { ticketFor } from "#lib/uploads/index.ts";
import type { Ctx } from "../../context.ts";
import { AppError, isAppError } from "../../errors.ts";
import { parse } from "../../parse.ts";
import { BeginAssetUpload, beginUpload, ownUpload } from "./begin-upload.ts";

export const AskUploadTicket = BeginAssetUpload.extend({ uploadId: z.uuid().optional() });

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
  return { uploadId, url: `/v1/uploads/${uploadId}`, ...(await ticketFor(ctx, uploadId)) };
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
