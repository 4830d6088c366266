import type { Policy, PolicyVersion, Tx } from "#lib/db/index.ts";
import { documentIn } from "#lib/policies/index.ts";
import { conflict } from "../errors.ts";

/**
 * Two policies of a kind in force may not both name a product, nor both rule all of them: which one rules would be chance.
 * The caller holds the tenant's lock. @throws conflict, which names the other
 */
export async function refuseOverlap(tx: Tx, { id, tenantId, kind }: Policy, version: PolicyVersion): Promise<void> {
  const others = await tx.policyVersion.findMany({
    where: { tenantId, kind, state: "active", policyId: { not: id } },
    include: { policy: { select: { name: true } } },
  });
  for (const other of others) {
    const what = kind === "access" ? "the workspace" : overlapOf(version, other);
    if (what) {
      throw conflict(`The policy “${other.policy.name}” rules ${what} already: archive it, or change what it rules.`, {
        reason: "ruled_already",
      });
    }
  }
}

function overlapOf(one: PolicyVersion, other: PolicyVersion): string | null {
  const [mine, theirs] = [one, other].map((version) => documentIn<"immutability">(version).products);
  if (!mine || !theirs) return null;
  if (mine.length === 0 && theirs.length === 0) return "all products";
  const both = mine.filter((slug) => theirs.includes(slug));
  return both.length > 0 ? both.join(", ") : null;
}
