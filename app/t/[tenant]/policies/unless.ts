import type { CapabilityDecision } from "#lib/access/index.ts";

/** What somebody may, unless things stand against it: then that is the reason. */
export function unless(decision: CapabilityDecision, against: boolean, reason: string): CapabilityDecision {
  return decision.allowed && against ? { allowed: false, reason } : decision;
}
