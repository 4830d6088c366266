import { z } from "zod";

/** Names that would read like a page of ours. */
const RESERVED = new Set(["admin", "api", "app", "auth", "new", "store", "t", "tenants", "v1", "v2", "www"]);

/** The part of a repository's name that a tenant or a product is: lower case, digits, single dashes, at most 63. */
export const Slug = z
  .string()
  .max(63, "may have at most 63 characters")
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "may have only lower-case letters, digits and single dashes between them");

export const TenantSlug = Slug.refine((slug) => !RESERVED.has(slug), "is reserved");

/** What a tenant is called. It stands in the subjects of letters: one line. */
export const TenantName = z
  .string()
  .trim()
  .min(1, "is missing")
  .max(100, "may have at most 100 characters")
  .regex(/^\P{Cc}*$/u, "must be one line of text");
