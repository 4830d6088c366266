import type { NextStep } from "#lib/entitlements/index.ts";

interface Vendor {
  slug: string;
  name: string;
}

/** The way to a product that may not be had, in words, with the page that leads there. */
export function wayShown(step: NextStep, vendor: Vendor, product: string) {
  const store = { href: `/store/${vendor.slug}`, label: "To the storefront" };
  if (step === "renew") return { text: `Renew your membership with ${vendor.name}.`, ...store };
  if (step === "buy") return { text: `${vendor.name} sells ${product} as an add-on.`, ...store };
  if (step === "ask") return { text: `Ask ${vendor.name}: only they can change that.` };
  return null;
}
