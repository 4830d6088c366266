/**
 * Rules of the house as documents with versions (retention, tags that never move, access): how they are drafted, kept, compared
 * and thrown away, and which is in force. What putting one in force does is lib/enforcement's, which stands above what is ruled.
 * Hidden: how versions are numbered, and that one in force stands before a product's own settings.
 */
export { compareDocuments, describeDocument, type Line, type LineChange } from "./describe.ts";
export {
  AccessDocument,
  type Documents,
  documentOf,
  ImmutabilityDocument,
  RetentionDocument,
  rules,
  Signer,
} from "./documents.ts";
export {
  ChangePolicy,
  CreatePolicy,
  changePolicy,
  createPolicy,
  discardDraft,
  SaveDraft,
  StartDraft,
  saveDraft,
  startDraft,
} from "./drafts.ts";
export { holdInForce, holdPolicyOver, type InForce, inForce, policyOver, policyWords } from "./in-force.ts";
export {
  ForceDeletePolicy,
  forceDeletePolicy,
  PreviewPruneVersions,
  PruneVersions,
  previewPruneVersions,
  pruneVersions,
} from "./prune-versions.ts";
export { isTagPattern, RetentionRule, TAKES_NOTHING, TagPatterns, takesAnything } from "./tag-rules.ts";
export { lockPolicy, PolicyId, policyInTenant, recordPolicy, VersionKey, versionIn, versionOf } from "./versions.ts";
export {
  CompareVersions,
  compareVersions,
  documentIn,
  listPolicies,
  type PolicyRow,
  type PolicyView,
  type VersionView,
  viewPolicy,
  viewVersion,
} from "./view-policies.ts";
