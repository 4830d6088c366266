import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { db, type Product } from "#lib/db/index.ts";
import { blobStore, type Digest, digestOf } from "#lib/storage/index.ts";
import { newId } from "../ids.ts";
import type { Fixture } from "./fresh-tenant.ts";

interface AssetOptions {
  product: Pick<Product, "id">;
  filename?: string;
  bytes?: Buffer;
  status?: "draft" | "published" | "archived" | "yanked";
}

export interface TestAsset {
  id: string;
  filename: string;
  bytes: Buffer;
  digest: Digest;
}

/** A file with bytes in the store, in a release of its own: published where nothing else is said. */
export async function publishAsset({ tenant }: Pick<Fixture, "tenant">, options: AssetOptions): Promise<TestAsset> {
  const { product, filename = "app.tar.gz", bytes = randomBytes(2000), status = "published" } = options;
  const digest = await storeBytes(bytes);
  const of = { tenantId: tenant.id };
  const version = `1.0.0-${newId().slice(-12)}`;
  const publishedAt = status === "draft" ? null : new Date();
  const release = await db().release.create({ data: { ...of, productId: product.id, version, status, publishedAt } });
  const sha256 = digest.slice("sha256:".length);
  const file = { filename, size: bytes.length, sha256, blobDigest: digest };
  const { id } = await db().asset.create({ data: { ...of, releaseId: release.id, ...file } });
  return { id, filename, bytes, digest };
}

async function storeBytes(bytes: Buffer): Promise<Digest> {
  const digest = digestOf(bytes);
  const uploadId = randomUUID();
  const size = await blobStore().append(uploadId, 0, Readable.from([bytes]));
  const { storageKey } = await blobStore().commit(uploadId, { size, digest, isOurs: async () => true });
  await blobStore().discard(uploadId);
  await db().blob.create({ data: { digest, size, storageKey } });
  return digest;
}
