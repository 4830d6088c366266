import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { env, keyFor } from "../env.ts";
import { AppError } from "../errors.ts";

const TTL_SECONDS = 15 * 60;
const AUDIENCE = "purser-upload";

/**
 * A ticket with which a person's browser sends one upload without its cookie. It says who and which upload; what they may do
 * is asked at each request. @throws forbidden for who is no person
 */
export async function ticketFor(
  { actor, tenant }: Pick<Ctx, "actor" | "tenant">,
  uploadId: string,
): Promise<{ ticket: string; expiresAt: Date }> {
  if (actor.type !== "user") throw new AppError("forbidden", "A token uploads as itself: it needs no ticket.");
  const user = await query((db) =>
    db.user.findUniqueOrThrow({ where: { id: actor.id }, select: { sessionVersion: true } }),
  );
  const expiresAt = new Date(Math.floor(Date.now() / 1000 + TTL_SECONDS) * 1000);
  const ticket = await new SignJWT({ upload: uploadId, tenant: tenant.slug, sv: user.sessionVersion })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer(env().PUBLIC_URL)
    .setAudience(AUDIENCE)
    .setSubject(actor.id)
    .setExpirationTime(expiresAt)
    .sign(keyFor("upload-tickets"));
  return { ticket, expiresAt };
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
