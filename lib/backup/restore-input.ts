import { z } from "zod";
import { Slug, TenantName, TenantSlug } from "#lib/tenancy/index.ts";
import { TABLES, type TableSpec } from "./tables.ts";

export const PARTS = ["all", "product", "members", "settings"] as const;
export type RestorePart = (typeof PARTS)[number];

/** What is to be restored of a backup, and where to. */
export const RESTORE_FIELDS = {
  part: z.enum(PARTS).default("all"),
  /** The short name of the one product, where that is the part. */
  product: Slug.optional(),
  /** A new workspace with these names; the same one where it is left out. */
  into: z.strictObject({ slug: TenantSlug, name: TenantName }).nullable().default(null),
  /** Whether what was added since is taken away again: grants by hand, tags, who is in which group, prices' products. */
  undoNewer: z.boolean().default(false),
  /** What was revoked, suspended or closed since and is to come back all the same: `grant:<id>`, or `grant:all`. */
  bringBack: z.array(z.string().max(100)).max(10_000).default([]),
};

const Wanted = z.strictObject({ backupId: z.uuid("is not an id"), ...RESTORE_FIELDS });

export const RestoreWanted = Wanted.refine(({ into, part }) => !into || part === "all", {
  path: ["part"],
  error: "must be all of it where the workspace is a new one",
}).refine(({ part, product }) => (part === "product") === (product !== undefined), {
  path: ["product"],
  error: "is the short name of the product where that is the part, and nothing else",
});

export type RestoreWanted = z.output<typeof RestoreWanted>;

/** The tables of a part, in the order in which they can be written. */
export function tablesOf({ part, into }: Pick<RestoreWanted, "part" | "into">): TableSpec[] {
  return TABLES.filter((spec) => {
    if (spec.newTenantOnly) return into !== null && spec.part === "history";
    if (part === "all" || spec.part === "always") return true;
    return spec.part === part || (part === "members" && spec.table === "entitlements");
  });
}
