/**
 * What a tenant ships: products, repositories, manifests, tags, blobs and the uploads that become them.
 * Hidden: the write protocol (threats.md), how references are kept, how pulls are counted.
 */
export { type Holdings, holdingsOf } from "#lib/uploads/index.ts";
export { DeleteImage, type Deletion, deleteImage, previewDeletion, shortOf } from "./delete-image.ts";
export { type DeleteManifest, deleteManifest } from "./delete-manifest.ts";
export { type DeleteTag, deleteTag, deleteTagById } from "./delete-tag.ts";
export { type Blob, findBlob, findManifest, type Manifest } from "./find.ts";
export { type ImageKey, keyOfImage, signersOfImage, signersOfImages } from "./image-signers.ts";
export { listReferrers, type Referrer, referrersTag } from "./list-referrers.ts";
export { listRepositories } from "./list-repositories.ts";
export { listTagRows, TagFilter, type TagRow } from "./list-tag-rows.ts";
export { listTags } from "./list-tags.ts";
export { listUntagged, UntaggedFilter, type UntaggedRow } from "./list-untagged.ts";
export { lockedImage } from "./locked-image.ts";
export { type ParsedManifest, parseManifest } from "./manifest.ts";
export { countMissingParts, countTagsNotWhole } from "./missing-parts.ts";
export { countOnBlob, listBlobRepositories, mountBlob } from "./mount-blob.ts";
export { flushPulls, notePull } from "./note-pull.ts";
export { ProductFilter, pageProducts, productNamed, viewProductNamed } from "./page-products.ts";
export { platformsOf as imagePlatforms } from "./platforms.ts";
export { PreviewRetention, previewRetention, type RetentionPreview } from "./preview-retention.ts";
export {
  CreateProduct,
  createProduct,
  listProducts,
  type ProductRow,
  type ProductSummary,
  productInTenant,
  productSummaries,
} from "./products.ts";
export { type PutManifest, putManifest } from "./put-manifest.ts";
export {
  ensureRepository,
  lockedRepository,
  type RepositoryRow,
  repositoryById,
  repositoryNamed,
} from "./repositories.ts";
export { isRepositoryName, isTag, parseRepositoryName, type RepositoryName } from "./repository-name.ts";
export { ApplyRetention, applyDueRetention, applyRetention } from "./retention.ts";
export { type RuledEffect, ruledEffect } from "./ruled-effect.ts";
export { type StorageUse, viewStorageUse } from "./storage-use.ts";
export { type Storefront, viewStorefront } from "./storefront.ts";
export { listTagMoves, TagHistoryFilter, type TagMove, undoTagMove } from "./tag-history.ts";
export { immutableBy, matchesPattern, patternOf, subjectOfTag } from "./tag-pattern.ts";
export {
  rulesOf,
  SetImmutableTags,
  SetRetention,
  setImmutableTags,
  setRetention,
  type TagRulesView,
  viewTagRules,
} from "./tag-rules.ts";
export { type UnlinkBlob, unlinkBlob } from "./unlink-blob.ts";
export { UpdateProduct, updateProduct } from "./update-product.ts";
export { appendUpload, cancelUpload, findUploadOffset, finishUpload, startUpload, type UploadKey } from "./upload.ts";
export { useByDaySql } from "./use-by-day.ts";
export { type ManifestView, viewManifest } from "./view-manifest.ts";
export { listProductRepositories, RepositoryFilter, type RepositorySummary, viewProduct } from "./view-product.ts";
export { PULL_DAYS, type RepositoryView, viewRepository } from "./view-repository.ts";
