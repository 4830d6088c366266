/**
 * What a vendor ships as a whole: a version of a product with its notes, its files and the images that are published with it.
 * Owned: releases and their states, which versions were ever given out, which images a release holds.
 * Hidden: how versions are sorted, how signatures are checked before they are published, what follows what when a release and its images change at once.
 */

export { ArchiveRelease, archiveRelease } from "./archive-release.ts";
export type { Added, AssetRow } from "./assets/add-asset.ts";
export {
  type Appended,
  appendAssetUpload,
  type Bytes,
  finishAssetUpload,
  PutAsset,
  putAsset,
} from "./assets/append-upload.ts";
export { ARCHITECTURES, ASSET_BYTES_MAX, FILE_LABELS, Sha256, SYSTEMS } from "./assets/asset-fields.ts";
export {
  assetUploadState,
  BeginAssetUpload,
  beginAssetUpload,
  cancelAssetUpload,
  type UploadState,
} from "./assets/begin-upload.ts";
export { RemoveAsset, removeAsset, UpdateAsset, updateAsset } from "./assets/change-asset.ts";
export {
  AskUploadTicket,
  ticketForUpload,
  type UploadTicket,
} from "./assets/upload-ticket.ts";
export type { ChangedRelease } from "./change-release.ts";
export { CreateRelease, createRelease } from "./create-release.ts";
export { type ReleaseRow, releaseInTenant, releaseNamed } from "./find-release.ts";
export { ForceDeleteRelease, forceDeleteRelease } from "./force-delete-release.ts";
export { countReleases, listReleases, ReleaseFilter, type ReleaseSummary } from "./list-releases.ts";
export {
  PreviewPrune,
  type PrunedRelease,
  type PrunePreview,
  PruneReleases,
  previewPrune,
  pruneReleases,
} from "./prune-releases.ts";
export { PruneRule } from "./prune-rule.ts";
export { PublishRelease, publishRelease } from "./publish-release.ts";
export { CHANNELS, Channel, Notes, type ReleaseStatus, STATUSES } from "./release-fields.ts";
export { RestoreRelease, restoreRelease, stateBehind } from "./restore-release.ts";
export { type UnsignedRelease, type UnsignedReleases, unsignedBy } from "./signed/unsigned-by.ts";
export { type SignaturesView, viewSignatures } from "./signed/view-signatures.ts";
export { type TiedImage, TieImage, tieImage, UntieImage, untieImage } from "./tie-image.ts";
export { UpdateRelease, updateRelease } from "./update-release.ts";
export { Version, versionKey } from "./version-key.ts";
export {
  type ReleaseAsset,
  type ReleaseImage,
  type ReleaseView,
  viewRelease,
} from "./view-release.ts";
export { withdrawRelease, YankRelease, yankRelease } from "./yank-release.ts";
