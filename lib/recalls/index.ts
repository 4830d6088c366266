/**
 * Recalls: what a vendor shipped and says not to use any more, who fetched it, and telling them. Nothing is blocked by one.
 * Owned: recalls, the images that they mark, their letters.
 * Hidden: how a person is told from their tokens, how an index leads to its platforms, when a letter is sent.
 * The words of standing recalls are read by lib/entitlements too, with the facts that a request needs anyway.
 */
export { type FetcherKind, KINDS as FETCHER_KINDS } from "./fetched-sql.ts";
export { shortLabel } from "./letter.ts";
export { type LiftedRecall, LiftRecall, liftRecall } from "./lift-recall.ts";
export {
  type Fetched,
  type Fetcher,
  FetcherFilter,
  type FetcherPage,
  fetchersCsv,
  listFetchers,
} from "./list-fetchers.ts";
export type { MadeRecall } from "./make-recall.ts";
export { type Notified, NotifyFetchers, notifyFetchers } from "./notify-fetchers.ts";
export { listOwnRecalls, type OwnRecall, type RecallWords, recallsOfReleases } from "./own-recalls.ts";
export { previewRecall, type Reach } from "./preview-recall.ts";
export { RecallImage, recallImage } from "./recall-image.ts";
export { RecallRelease, recallRelease } from "./recall-release.ts";
export type { Thing } from "./recalled-thing.ts";
export { sendRecallLetters } from "./send-letters.ts";
export {
  findStandingRecall,
  type Letters,
  listRecalls,
  RecallFilter,
  type RecallView,
  viewRecall,
} from "./view-recall.ts";
