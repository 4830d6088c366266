import { flushPulls, notePull } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { addDownload, flushDownloads } from "#lib/entitlements/index.ts";
import { newId } from "../ids.ts";
import type { Fixture } from "./fresh-tenant.ts";
import { newRelease } from "./publish-asset.ts";

/** The moment at which these tests ask. */
export const FETCHED_NOW = new Date("2041-06-15T12:00:00Z");

interface By {
  memberId: string | null;
  actor?: string;
}

interface PullOf extends By {
  productId: string;
  repositoryId?: string;
  digest?: string;
  tag?: string | null;
}

interface DownloadOf extends By {
  productId: string;
  releaseId: string;
  assetId?: string;
}

export interface Fetches {
  pull(at: string, of: PullOf): Promise<void>;
  download(at: string, of: DownloadOf): Promise<void>;
}

/** Pulls and downloads as the doors note them, each at its moment: in full, or as `06-15T10:00` of the year of FETCHED_NOW. */
export function fetchesOf({ tenant }: Pick<Fixture, "tenant">): Fetches {
  const tenantId = tenant.id;
  const momentOf = (at: string) => new Date(at.endsWith("Z") ? at : `2041-${at}Z`);
  return {
    pull: (at, { memberId, actor = `user:${memberId}`, digest = "sha256:00", tag = null, ...of }) => {
      notePull({ repositoryId: tenantId, ...of, tenantId, memberId, actor, digest, tag }, momentOf(at));
      return flushPulls();
    },
    download: (at, { memberId, actor = `user:${memberId}`, releaseId, assetId = releaseId, ...of }) => {
      addDownload({ ...of, tenantId, memberId, actor, releaseId, assetId, byLink: false, at: momentOf(at) });
      return flushDownloads();
    },
  };
}

/** A release of a version in a state, with what is tied to it: digests in a repository that is made for it. */
export async function tiedRelease(t: Fixture, version: string, status: "draft" | "published" | "yanked" | "archived") {
  const channel = version.includes("-") ? "beta" : "stable";
  return newRelease(t, { version, status, channel });
}

/** A repository of a product with an index and its platforms' images, as rows; no bytes. */
export async function indexRows(t: Fixture): Promise<{ repositoryId: string; index: string; children: string[] }> {
  const of = { tenantId: t.tenant.id };
  const { id: repositoryId } = await db().repository.create({
    data: { ...of, productId: t.product.id, name: `${t.tenant.slug}/${newId()}` },
  });
  const digest = (n: number) => `sha256:${newId().replaceAll("-", "")}${n}`;
  const [index = "", ...children] = [0, 1, 2].map(digest);
  const content = { mediaType: "application/json", bytes: Buffer.from("{}") };
  const rows = [index, ...children].map((one) => ({ ...of, repositoryId, digest: one, ...content }));
  await db().manifest.createMany({ data: rows });
  const { id: manifestId } = await db().manifest.findFirstOrThrow({ where: { repositoryId, digest: index } });
  const reference = { ...of, repositoryId, manifestId, kind: "manifest", size: 1 } as const;
  await db().manifestReference.createMany({ data: children.map((child) => ({ ...reference, digest: child })) });
  return { repositoryId, index, children };
}

export async function tie(
  t: Fixture,
  releaseId: string,
  { repositoryId, digest }: { repositoryId: string; digest: string },
) {
  const tied = { tenantId: t.tenant.id, releaseId, repositoryId, digest, manifestDigest: digest };
  await db().releaseImage.create({ data: tied });
}
