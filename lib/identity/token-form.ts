import { z } from "zod";
import { isCapability } from "#lib/access/index.ts";

/** How long a token may hold, in days; none at all only where the tenant allows it. */
const TOKEN_DAYS: readonly number[] = [30, 90, 365];
/** For how long the old secret may work on after a rotation, in hours. */
const OVERLAP_HOURS: readonly number[] = [0, 1, 24, 168];

export const Scopes = z
  .array(z.string().refine(isCapability, "is not a scope"))
  .min(1, "needs at least one scope")
  .transform((scopes) => [...new Set(scopes)]);

/** Ids of products that a token is limited to; none for all of them. */
export const ProductIds = z
  .array(z.uuid("is not an id"))
  .max(100, "may name at most 100 products")
  .transform((ids) => [...new Set(ids)])
  .default([]);

/** Null is a token without an end. */
export const ExpiresInDays = z
  .number()
  .nullable()
  .refine((days) => days === null || TOKEN_DAYS.includes(days), "must be 30, 90 or 365 days, or null for no end")
  .default(90);

export const TokenName = z.string().trim().min(1, "is missing").max(100);

/** A robot's name is its user name, too. */
export const RobotName = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9])*$/, "may have only a–z, 0–9 and single dashes")
  .max(60);

export const RotateToken = z.strictObject({
  tokenId: z.string(),
  overlapHours: z
    .number()
    .refine((hours) => OVERLAP_HOURS.includes(hours), "must be 0, 1, 24 or 168 hours")
    .default(24),
  expiresInDays: ExpiresInDays,
});
