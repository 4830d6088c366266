import type { Tx } from "#lib/db/index.ts";
import { type Documents, holdInForce, policyWords } from "#lib/policies/index.ts";

/** What a policy of access says of signatures. */
export type SignatureRule = Pick<Documents["access"], "signers" | "signedFiles">;

export interface StandingRule extends SignatureRule {
  /** Which policy and version. */
  id: string;
  /** `the policy “Access”, version 2` */
  words: string;
}

/** Whose signatures releases of a tenant need now; null where no policy names anybody. It stays so until the caller's end. */
export async function signatureRule(tx: Tx, tenantId: string): Promise<StandingRule | null> {
  const policy = await holdInForce(tx, tenantId, "access");
  if (!policy || policy.document.signers.length === 0) return null;
  const { signers, signedFiles } = policy.document;
  return { signers, signedFiles, id: `${policy.policyId} ${policy.number}`, words: policyWords(policy) };
}
