/**
 * Policies put in force: what a version would change, looked at beforehand, and done as it was looked at. Also how versions
 * are archived and restored. What policies say is lib/policies'; what they rule is the rooms' below.
 * Hidden: that a preview does it and undoes it.
 */
export type { Effect, EffectSection } from "./effect.ts";
export {
  ArchivePolicy,
  activateDraft,
  archivePolicy,
  PreviewPolicy,
  PutInForce,
  previewPolicy,
  restoreVersion,
} from "./put-in-force.ts";
