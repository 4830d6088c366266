import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { db, type Prisma, type Product } from "#lib/db/index.ts";
import { versionKey } from "#lib/releases/index.ts";
import { blobStore, type Digest, digestOf } from "#lib/storage/index.ts";
import { newId } from "../ids.ts";
import type { Fixture } from "./fresh-tenant.ts";

interface AssetOptions {
  product: Pick<Product, "id">;
  filename?: string;
  bytes?: Buffer;
  status?: "draft" | "published" | "archived" | "yanked";
  /** Of a release of its own. */
  release?: ReleaseColumns;
  /** A release that is there. */
  releaseId?: string;
  /** What the file's row says beside its bytes. */
  asset?: Partial<Prisma.AssetUncheckedCreateInput>;
}

export interface TestAsset {
  id: string;
  filename: string;
  bytes: Buffer;
  digest: Digest;
  releaseId: string;
}

/** A file with bytes in the store, in a release of its own: published where nothing else is said. */
export async function publishAsset({ tenant }: Pick<Fixture, "tenant">, options: AssetOptions): Promise<TestAsset> {
  const { product, filename = "app.tar.gz", bytes = randomBytes(2000), status = "published" } = options;
  const digest = await storeBytes(bytes);
  const of = { tenantId: tenant.id };
  const releaseId = options.releaseId ?? (await newRelease({ tenant, product }, { status, ...options.release })).id;
  const sha256 = digest.slice("sha256:".length);
  const file = { filename, size: bytes.length, sha256, blobDigest: digest };
  const { id } = await db().asset.create({ data: { ...of, releaseId, ...file, ...options.asset } });
  return { id, filename, bytes, digest, releaseId };
}

type ReleaseColumns = Partial<Omit<Prisma.ReleaseUncheckedCreateInput, "tenantId" | "productId" | "versionKey">>;

/** A release in any state, with no file in it: a draft of a version of its own where nothing else is said. */
export function newRelease(
  { tenant, product }: Pick<Fixture, "tenant"> & { product: Pick<Product, "id"> },
  columns: ReleaseColumns = {},
) {
  const { version = `1.0.0-t${newId().slice(-12)}`, status = "draft" } = columns;
  const at = new Date();
  const times = {
    publishedAt: status === "draft" ? null : at,
    yankedAt: status === "yanked" ? at : null,
    archivedAt: status === "archived" ? at : null,
  };
  const of = { tenantId: tenant.id, productId: product.id };
  const data = { ...of, ...times, ...columns, status, version, versionKey: versionKey(version) };
  return db().release.create({ data });
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
