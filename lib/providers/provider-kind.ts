import type { Ctx } from "../context.ts";
import type { Difference, Finding } from "../findings.ts";

export type ProviderKindName = "stripe" | "upstream" | "directory" | "store" | "mail";

/** Something of a kind that a tenant depends on. */
export interface Provider {
  kind: ProviderKindName;
  /** Which one, where there may be many of the kind; else empty. */
  ref: string;
  name: string;
  /** Where it is, in words: an account, an address. */
  where: string;
}

/** What a provider is called in addresses and in runs, part by part: its kind, and which one where there may be many. */
export function nameParts({ kind, ref }: { kind: string; ref: string }): string[] {
  return ref ? [kind, ref] : [kind];
}

/** Whom a check is made for: a schedule has no actor, so it is the tenant alone. */
export type OfTenant = Pick<Ctx, "tenant" | "now">;

/** How a check or a sync says how far it is, and when it is to stop. */
export interface Call {
  signal: AbortSignal;
  report(progress: { done?: number; total?: number; phase?: string }): void;
}

/** A kind of provider: what its room says of its connections, put into one form. */
export interface ProviderKind {
  kind: ProviderKindName;
  label: string;
  /** What it is for, and what stands still without it. */
  about: string;
  /** The page, below the tenant's, where it is connected and changed; null where it is the instance's own. */
  page: string | null;
  /** What there is, as it is set up now. */
  list(tenant: OfTenant): Promise<Provider[]>;
  check(of: OfTenant, ref: string, call: Call): Promise<Finding[]>;
  /** What the other side has otherwise; null where there is nothing to compare. */
  inventory: ((of: OfTenant, ref: string, call: Call) => Promise<Difference[]>) | null;
  /** Where differences are looked at and applied, below the tenant's pages; empty where nothing is to be done. */
  apply: { label: string; page: string } | null;
}
