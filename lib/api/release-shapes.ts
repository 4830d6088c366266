import { z } from "zod";
import type { RecallWords } from "#lib/recalls/index.ts";
import type { ReleaseRow, ReleaseSummary, ReleaseView, TiedImage } from "#lib/releases/index.ts";
import { Changed, Id, Instant, Maybe, RecalledShape } from "./shapes.ts";

/** What the API shows of releases, and the rows as that. */
const SUMMARY = {
  id: Id,
  version: z.string().meta({ example: "2.1.0" }),
  channel: z.string().meta({ example: "stable" }),
  status: z.enum(["draft", "published", "yanked", "archived"]),
  createdAt: Instant,
  publishedAt: Maybe(Instant),
};

export const ReleaseSummaryShape = z
  .strictObject({
    ...SUMMARY,
    assets: z.int().describe("How many files it has"),
    images: z.int().describe("How many images are published with it"),
    bytes: z.int().describe("Of its files"),
    recalled: RecalledShape,
  })
  .meta({ id: "ReleaseSummary" });

const RELEASE = {
  ...SUMMARY,
  product: z.strictObject({ id: Id, slug: z.string(), name: z.string() }),
  notes: z.string().describe("Markdown"),
  yankedAt: Maybe(Instant),
  yankReason: Maybe(z.string()).describe("What is wrong with it, for whoever asks for that very version"),
  archivedAt: Maybe(Instant),
};

const TiedImageShape = z
  .strictObject({
    repository: z.string().meta({ example: "acme/pro" }),
    digest: z.string(),
    tag: Maybe(z.string()).describe("The tag by which it was tied, whatever it leads to now"),
  })
  .meta({ id: "TiedImage" });

const ReleaseImageShape = TiedImageShape.extend({
  platforms: z.array(z.string()).describe("linux/amd64, …; none where the image says none"),
  isThere: z.boolean().describe("false: the image was deleted, which only a draft and an archived release allow"),
}).meta({ id: "ReleaseImage" });

const ReleaseFileShape = z
  .strictObject({
    id: Id,
    filename: z.string().meta({ example: "pro-2.1.0-linux-amd64.tar.gz" }),
    size: z.int().describe("Bytes"),
    sha256: z.string(),
    os: Maybe(z.string()),
    arch: Maybe(z.string()),
  })
  .meta({ id: "ReleaseFile" });

export const ReleaseShape = z.strictObject(RELEASE).meta({ id: "Release" });
export const WholeReleaseShape = z
  .strictObject({
    ...RELEASE,
    assets: z.array(ReleaseFileShape),
    images: z.array(ReleaseImageShape),
    recalled: RecalledShape,
  })
  .meta({ id: "WholeRelease" });
export const ChangedReleaseShape = z.strictObject({ ...RELEASE, changed: Changed }).meta({ id: "ChangedRelease" });
export const DeletedReleaseShape = z
  .strictObject({ version: z.string(), assets: z.int().describe("How many files went with it") })
  .meta({ id: "DeletedRelease" });
export const PrunedReleaseShape = z
  .strictObject({
    ...{ id: Id, version: SUMMARY.version, channel: SUMMARY.channel, status: SUMMARY.status },
    at: Instant.describe("When it was published; of what never was, when it was made"),
    assets: z.int().describe("How many files it has"),
    bytes: z.int().describe("Of its files"),
    goes: z.boolean(),
    why: z.string().describe("Why it goes, or why it stays"),
  })
  .meta({ id: "PrunedRelease" });
export const ChangedImageShape = TiedImageShape.extend({ changed: Changed }).meta({ id: "ChangedTiedImage" });

export function viewReleaseRow(release: ReleaseRow) {
  const { id, version, channel, status, createdAt, publishedAt, notes, yankedAt, yankReason, archivedAt } = release;
  const { product } = release;
  return {
    ...{ id, version, channel, status, createdAt, publishedAt, notes, yankedAt, yankReason, archivedAt },
    product: { id: product.id, slug: product.slug, name: product.name },
  };
}

export function viewReleaseSummary({ assets, images, bytes, ...release }: ReleaseSummary, recalls: Recalls) {
  const { id, version, channel, status, createdAt, publishedAt } = release;
  return {
    id,
    version,
    channel,
    status,
    createdAt,
    publishedAt,
    assets,
    images,
    bytes,
    recalled: recalledOf(id, recalls),
  };
}

export function viewWholeRelease({ assets, images, ...release }: ReleaseView, recalls: Recalls) {
  return {
    ...viewReleaseRow(release),
    assets: assets.map(({ id, filename, size, sha256, os, arch }) => ({ id, filename, size, sha256, os, arch })),
    images: images.map(({ repository, platforms, isThere, ...image }) => ({
      ...viewTiedImage({ ...image, repository: repository.name }),
      ...{ platforms, isThere },
    })),
    recalled: recalledOf(release.id, recalls),
  };
}

type Recalls = ReadonlyMap<string, RecallWords>;

// That an image of it alone is recalled is told with the image.
function recalledOf(releaseId: string, recalls: Recalls) {
  const words = recalls.get(releaseId);
  return words && words.image === null ? { at: words.at, reason: words.reason, replacement: words.replacement } : null;
}

export function viewTiedImage({ repository, digest, tag }: TiedImage) {
  return { repository, digest, tag };
}
