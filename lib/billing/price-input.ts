import { z } from "zod";

/** A price's id at Stripe. */
export const PriceId = z
  .string()
  .trim()
  .max(255)
  .regex(/^[A-Za-z0-9_.-]+$/, "must be a price's id at Stripe, such as price_1Abc…");

export const SetPrice = z.strictObject({
  priceId: PriceId,
  /** Pays for the membership. */
  membership: z.boolean(),
  /** The products that it gives. */
  productIds: z.array(z.uuid("is not an id")).max(100),
});

export const MapPrice = z.strictObject({ priceId: PriceId, productId: z.uuid("is not an id") });
