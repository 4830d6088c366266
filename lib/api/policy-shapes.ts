import { z } from "zod";
import type { Effect } from "#lib/enforcement/index.ts";
import type { PolicyRow, PolicyView } from "#lib/policies/index.ts";
import { Id, Instant, Maybe } from "./shapes.ts";

const VersionNumber = z.int().min(1).describe("The version's number");
const Lines = z.array(z.strictObject({ label: z.string(), words: z.string() })).describe("What it says, in words");

const POLICY = {
  id: Id,
  kind: z.enum(["retention", "immutability", "access"]),
  name: z.string().meta({ example: "Versions stay" }),
  description: z.string(),
  active: Maybe(VersionNumber).describe("The version in force"),
  draft: Maybe(VersionNumber).describe("The version that is a draft"),
};

export const PolicyShape = z.strictObject({ ...POLICY, lines: Lines }).meta({ id: "Policy" });

const VersionShape = z
  .strictObject({
    number: VersionNumber,
    state: z.enum(["draft", "active", "archived"]),
    document: z.record(z.string(), z.unknown()).describe("By the policy's kind: docs/policies.md"),
    note: z.string(),
    createdAt: Instant,
    createdBy: z.string(),
    activatedAt: Maybe(Instant),
    archivedAt: Maybe(Instant),
    lines: Lines,
  })
  .meta({ id: "PolicyVersion" });

export const WholePolicyShape = z
  .strictObject({ ...POLICY, lines: Lines, versions: z.array(VersionShape) })
  .meta({ id: "WholePolicy" });

export const PolicyKeyShape = z.strictObject({ policyId: Id, number: VersionNumber }).meta({ id: "PolicyKey" });

export const EffectShape = z
  .strictObject({
    changes: z
      .array(z.strictObject({ label: z.string(), before: z.string(), after: z.string() }))
      .describe("What is said otherwise than by the version in force"),
    sections: z.array(
      z.strictObject({
        title: z.string().meta({ example: "Members who lose access" }),
        tone: z.enum(["takes", "gives", "tells"]),
        count: z.int(),
        first: z.array(z.string()).describe("The first fifty, for whose scopes let them see such things"),
      }),
    ),
    fingerprint: z.string().describe("Sent along, so that what is done is what was looked at"),
  })
  .meta({ id: "PolicyEffect" });

export function viewPolicyRow({ id, kind, name, description, active, draft, lines }: PolicyRow) {
  return { id, kind, name, description, active, draft, lines };
}

export function viewWholePolicy({ all, ...policy }: PolicyView) {
  const versions = all.map(({ number, state, document, note, createdBy, lines, ...at }) => ({
    ...{ number, state, document, note, createdBy, lines },
    createdAt: at.createdAt.toISOString(),
    activatedAt: at.activatedAt?.toISOString() ?? null,
    archivedAt: at.archivedAt?.toISOString() ?? null,
  }));
  return { ...viewPolicyRow(policy), versions };
}

export function viewEffect({ changes, sections, fingerprint }: Effect) {
  return { changes, sections, fingerprint };
}
