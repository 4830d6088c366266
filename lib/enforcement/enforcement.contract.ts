import { createPolicy } from "#lib/policies/index.ts";
import type { Fixture } from "#lib/testing/index.ts";
import { activateDraft, archivePolicy, previewPolicy } from "./index.ts";

/** A rule for retention that says nothing. */
export const NOTHING = { keepLast: null, keepDays: null, keepPatterns: [], keepPulledDays: null, untaggedDays: null };
type Kind = Parameters<typeof createPolicy>[1]["kind"];

type Rule = Partial<Record<Kind, object>>;

/** A policy with a draft: its kind, and what that says. */
export function drafted(t: Fixture, rule: Rule, name = "House rule") {
  const [[kind, document] = []] = Object.entries(rule);
  return createPolicy(t.ctx, { kind: kind as Kind, name, document });
}

export async function activated(t: Fixture, rule: Rule, name?: string) {
  const key = await drafted(t, rule, name);
  const { fingerprint } = await previewPolicy(t.ctx, key);
  await activateDraft(t.ctx, { ...key, fingerprint });
  return key;
}

export async function archived(t: Fixture, policyId: string) {
  const { fingerprint } = await previewPolicy(t.ctx, { policyId, number: null });
  return archivePolicy(t.ctx, { policyId, fingerprint });
}
