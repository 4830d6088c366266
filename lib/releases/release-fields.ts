import { z } from "zod";

/** The channels that every vendor has; their own may stand beside them. */
export const CHANNELS = ["stable", "beta", "nightly"] as const;

export const Channel = z
  .string()
  .trim()
  .regex(/^[a-z0-9-]{1,32}$/, "may have lower-case letters, digits and dashes, 32 at most");

/** Markdown. */
export const Notes = z.string().max(60_000);

export const STATUSES = ["draft", "published", "yanked", "archived"] as const;
export type ReleaseStatus = (typeof STATUSES)[number];

/** Where nothing else is said: what is not finished is a beta. */
export const defaultChannel = (preRelease: boolean) => (preRelease ? "beta" : "stable");
