import Link from "next/link";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface By {
  policyId: string;
  name: string;
  number: number;
}

/** That a policy in force says what stands below, and where. */
export function RuledBy({ by, tenant }: { by: By | null; tenant: string }) {
  if (!by) return null;
  return (
    <p className="mb-4 rounded-lg border border-line bg-surface p-3 text-sm">
      The policy{" "}
      <Link
        href={`/t/${tenant}/policies/${by.policyId}`}
        className="rounded font-medium text-accent-ink hover:underline"
      >
        {by.name}
      </Link>{" "}
      says this, by its version {by.number}. What was set here counts again once it is archived.
    </p>
  );
}

/** What somebody may change here, unless a policy says it. */
export function unlessRuled(decision: CapabilityDecision, by: By | null): CapabilityDecision {
  if (!decision.allowed || !by) return decision;
  return { allowed: false, reason: `The policy “${by.name}” says this: change it there.` };
}
