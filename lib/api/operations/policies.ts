import { z } from "zod";
import {
  ArchivePolicy,
  activateDraft,
  archivePolicy,
  PreviewPolicy,
  PutInForce,
  previewPolicy,
  restoreVersion,
} from "#lib/enforcement/index.ts";
import {
  ChangePolicy,
  CreatePolicy,
  changePolicy,
  createPolicy,
  discardDraft,
  ForceDeletePolicy,
  forceDeletePolicy,
  listPolicies,
  PreviewPruneVersions,
  PruneVersions,
  previewPruneVersions,
  pruneVersions,
  SaveDraft,
  saveDraft,
  startDraft,
  VersionKey,
  viewPolicy,
} from "#lib/policies/index.ts";
import { type Operation, team } from "../operation.ts";
import {
  EffectShape,
  PolicyKeyShape,
  PolicyShape,
  viewEffect,
  viewPolicyRow,
  viewWholePolicy,
  WholePolicyShape,
} from "../policy-shapes.ts";
import { Changed } from "../shapes.ts";

const group = "Policies";
const params = z.strictObject({ policy: z.uuid().describe("The policy's id") });
const ofPolicy = { group, params } as const;
// The policy is named by the path.
const body = <S extends z.ZodObject>(schema: S) =>
  schema.omit({ policyId: true } as never) as z.ZodObject<Omit<S["shape"], "policyId">>;
const ChangedShape = z.strictObject({ changed: Changed });
const NUMBER = { number: 2 };
const LOOKED = { fingerprint: "of the preview" };

const WRITING: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/policies",
    summary: "List policies",
    group,
    needs: "policy.view",
    response: z.strictObject({ policies: z.array(PolicyShape) }),
    answer: async ({ ctx }) => ({ policies: (await listPolicies(ctx)).map(viewPolicyRow) }),
  }),
  team({
    method: "POST",
    path: "/v1/policies",
    summary: "Add a policy",
    description: "Its first version is a draft. What a document says by its kind: docs/policies.md.",
    group,
    needs: "policy.edit",
    body: CreatePolicy,
    example: { kind: "immutability", name: "Versions stay", document: { products: [], patterns: ["v*"] } },
    response: PolicyKeyShape,
    answer: ({ ctx, body }) => createPolicy(ctx, body),
  }),
  team({
    ...ofPolicy,
    method: "GET",
    path: "/v1/policies/{policy}",
    summary: "See a policy with its versions",
    needs: "policy.view",
    response: WholePolicyShape,
    answer: async ({ ctx, params }) => viewWholePolicy(await viewPolicy(ctx, params.policy)),
  }),
  team({
    ...ofPolicy,
    method: "PATCH",
    path: "/v1/policies/{policy}",
    summary: "Rename a policy",
    needs: "policy.edit",
    body: body(ChangePolicy),
    example: { name: "Versions stay", description: "" },
    response: ChangedShape,
    answer: ({ ctx, params, body }) => changePolicy(ctx, { ...body, policyId: params.policy }),
  }),
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/drafts",
    summary: "Begin a draft from a version",
    needs: "policy.edit",
    body: body(VersionKey),
    example: NUMBER,
    response: PolicyKeyShape,
    answer: ({ ctx, params, body }) => startDraft(ctx, { ...body, policyId: params.policy }),
  }),
  team({
    ...ofPolicy,
    method: "PUT",
    path: "/v1/policies/{policy}/draft",
    summary: "Write a draft anew",
    needs: "policy.edit",
    body: body(SaveDraft),
    example: { ...NUMBER, document: { products: [], patterns: ["v*", "1.*"] } },
    response: ChangedShape,
    answer: ({ ctx, params, body }) => saveDraft(ctx, { ...body, policyId: params.policy }),
  }),
  team({
    ...ofPolicy,
    method: "DELETE",
    path: "/v1/policies/{policy}/draft",
    summary: "Discard a draft",
    description: "With its only version the policy goes.",
    needs: "policy.edit",
    body: body(VersionKey),
    example: NUMBER,
    response: z.strictObject({ policyGone: z.boolean() }),
    answer: ({ ctx, params, body }) => discardDraft(ctx, { ...body, policyId: params.policy }),
  }),
];

const RULING: readonly Operation[] = [
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/preview",
    summary: "See what a version would change",
    description:
      "Found out by doing it and undoing it. `number` null: what taking the policy out of force would change.",
    needs: "policy.view",
    keyed: false,
    body: body(PreviewPolicy),
    example: NUMBER,
    response: EffectShape,
    answer: async ({ ctx, params, body }) => viewEffect(await previewPolicy(ctx, { ...body, policyId: params.policy })),
  }),
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/activate",
    summary: "Put a draft in force",
    description: "As its preview showed. Of retention it needs registry.delete as well, of access tenant.update.",
    needs: "policy.edit",
    body: body(PutInForce),
    example: { ...NUMBER, ...LOOKED },
    response: EffectShape,
    answer: async ({ ctx, params, body }) => viewEffect(await activateDraft(ctx, { ...body, policyId: params.policy })),
  }),
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/restore",
    summary: "Put an archived version in force again",
    description: "As its preview showed.",
    needs: "policy.restore",
    body: body(PutInForce),
    example: { ...NUMBER, ...LOOKED },
    response: EffectShape,
    answer: async ({ ctx, params, body }) =>
      viewEffect(await restoreVersion(ctx, { ...body, policyId: params.policy })),
  }),
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/archive",
    summary: "Take a policy out of force",
    description: "As its preview showed.",
    needs: "policy.archive",
    body: body(ArchivePolicy),
    example: LOOKED,
    response: EffectShape,
    answer: async ({ ctx, params, body }) => viewEffect(await archivePolicy(ctx, { ...body, policyId: params.policy })),
  }),
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/prune/preview",
    summary: "See which archived versions a rule would delete",
    needs: "policy.view",
    body: body(PreviewPruneVersions),
    example: { keepLast: 10, olderThanDays: 90 },
    response: z.strictObject({ going: z.array(z.int()), staying: z.int() }),
    answer: ({ ctx, params, body }) => previewPruneVersions(ctx, { ...body, policyId: params.policy }),
  }),
  team({
    ...ofPolicy,
    method: "POST",
    path: "/v1/policies/{policy}/prune",
    summary: "Delete archived versions",
    description: "Those of the preview and no others.",
    needs: "policy.prune",
    body: body(PruneVersions),
    example: { keepLast: 10, olderThanDays: 90, expected: [1] },
    response: z.strictObject({ pruned: z.array(z.int()) }),
    answer: ({ ctx, params, body }) => pruneVersions(ctx, { ...body, policyId: params.policy }),
  }),
  team({
    ...ofPolicy,
    method: "DELETE",
    path: "/v1/policies/{policy}",
    summary: "Delete a policy for good",
    description: "With all its versions, of which none may be in force.",
    needs: "policy.forceDelete",
    body: body(ForceDeletePolicy),
    example: { confirm: "Versions stay" },
    response: ChangedShape,
    answer: async ({ ctx, params, body }) => {
      await forceDeletePolicy(ctx, { ...body, policyId: params.policy });
      return { changed: true };
    },
  }),
];

export const POLICY_OPERATIONS: readonly Operation[] = [...WRITING, ...RULING];
