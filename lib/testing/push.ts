import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { finishUpload, putManifest, type RepositoryName, startUpload } from "#lib/catalog/index.ts";
import { db } from "#lib/db/index.ts";
import { blobStore, type Digest, digestOf } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";

export const IMAGE = "application/vnd.oci.image.manifest.v1+json";
export const INDEX = "application/vnd.oci.image.index.v1+json";

export function randomBlob(bytes = 64): Buffer {
  return randomBytes(bytes);
}

/** Uploads a blob as a client does. @returns its digest */
export async function pushBlob(ctx: Ctx, repository: RepositoryName, bytes: Buffer): Promise<Digest> {
  const digest = digestOf(bytes);
  const { id } = await startUpload(ctx, repository);
  await finishUpload(ctx, { repository, id }, { digest, source: Readable.from([bytes]) });
  return digest;
}

/** What the store holds for a blob. */
export async function storedBytes(digest: string): Promise<Buffer> {
  const { storageKey } = await db().blob.findUniqueOrThrow({ where: { digest } });
  return blobStore().read(storageKey);
}

export interface Pushed {
  digest: string;
  bytes: Buffer;
  config: Digest;
  layer: Digest;
}

/** Pushes a small image of a config and one layer under a tag or more. */
export async function pushImage(
  ctx: Ctx,
  repository: RepositoryName,
  tags: readonly string[] = ["latest"],
): Promise<Pushed> {
  const [config, layer] = [Buffer.from(`{"n":"${randomBytes(4).toString("hex")}"}`), randomBlob()];
  await pushBlob(ctx, repository, config);
  await pushBlob(ctx, repository, layer);
  const bytes = imageOf(config, [layer]);
  let digest = "";
  for (const reference of tags)
    ({ digest } = await putManifest(ctx, { repository, reference, contentType: IMAGE, bytes }));
  return { digest, bytes, config: digestOf(config), layer: digestOf(layer) };
}

/** An image manifest that refers to the blobs. */
export function imageOf(config: Buffer, layers: readonly Buffer[], extra: object = {}): Buffer {
  const descriptor = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: IMAGE,
      config: descriptor("application/vnd.oci.image.config.v1+json", config),
      layers: layers.map((layer) => descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)),
      ...extra,
    }),
  );
}
