import { z } from "zod";
import { Channel } from "./release-fields.ts";

export const PruneRule = z
  .strictObject({
    /** The highest versions of each channel, in whatever state. */
    keepLast: z.number().int().min(0).max(10_000).optional(),
    /** By when they were published, or made where they never were. */
    olderThanDays: z.number().int().min(0).max(36_500).optional(),
    /** Where it is left out: all of them. */
    channels: z.array(Channel).min(1, "names none").max(50).optional(),
    /** Takes published releases, too. */
    published: z.boolean().optional(),
  })
  .refine(({ keepLast, olderThanDays }) => keepLast !== undefined || olderThanDays !== undefined, {
    message: "needs how many to keep, an age, or both",
  });
export type PruneRule = z.output<typeof PruneRule>;
