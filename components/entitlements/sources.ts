/** Who gave a grant, in words. */
export const SOURCES = { admin: "By hand", stripe: "Stripe", backfill: "Kept access", group: "Group" } as const;

/** The same where it stands within a sentence. */
export const GIVEN = {
  admin: "given by hand",
  stripe: "given by Stripe",
  backfill: "kept when it was restricted",
  group: "given by a group",
} as const;

export type SourceShown = keyof typeof SOURCES;

/** What ending one of a member's grants of a product means, in a sentence. */
export function consequenceOf({
  email,
  product,
  source,
  may,
  open,
  others,
}: {
  email: string;
  product: string;
  source: SourceShown;
  /** Whether they may pull it now. */
  may: boolean;
  open: boolean;
  /** Whether another grant of it holds. */
  others: boolean;
}): { text: string; loses: boolean } {
  const again =
    source === "stripe" ? " What is still paid for in Stripe is given again: cancel or refund it there." : "";
  if (!may) return { text: `${email} may not pull ${product} at the moment anyway.${again}`, loses: false };
  if (open) return { text: `${email} keeps access: ${product} is open to every member.${again}`, loses: false };
  if (others) return { text: `${email} keeps access: another grant of ${product} still holds.${again}`, loses: false };
  return { text: `${email} loses access to ${product} with the next request.${again}`, loses: true };
}
