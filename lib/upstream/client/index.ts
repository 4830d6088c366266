/**
 * What is asked of a registry elsewhere: the calls of the distribution specification that read.
 * Hidden: challenges and tokens, pages, limits of each call, what statuses mean.
 */
export { ask, hostOf, type Registry } from "./ask.ts";
export {
  type CallLimits,
  type FetchedManifest,
  getManifest,
  headTag,
  Lie,
  listUpstreamReferrers,
  listUpstreamTags,
  openBlob,
  type Source,
} from "./calls.ts";
export { denied, isDenied, statusFailure, upstreamFailed } from "./failures.ts";
