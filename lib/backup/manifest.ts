import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { isDigest } from "#lib/storage/index.ts";
import { keyFor } from "../env.ts";

/** Of this shape of file. A reader refuses any other: what it means is in docs/backup.md. */
export const FORMAT = 1;

/** More than any version has. What a file says of itself is kept, and told. */
const TABLES_MAX = 1000;
const Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** What a backup says of itself, behind its rows and before its blobs. */
export const Manifest = z.object({
  format: z.literal(FORMAT),
  /** The last migration of the database that it was read from. */
  schema: z.string().max(255),
  /** The address of the instance that wrote it. */
  instance: z.string().max(2048),
  /** Null in a backup of the whole instance. */
  tenant: z.object({ id: z.uuid(), slug: z.string().max(63), name: z.string().max(1000) }).nullable(),
  takenAt: z.iso.datetime(),
  withBytes: z.boolean(),
  /** By table, in the order in which they can be written. */
  tables: z
    .record(
      z.string().max(63),
      z.object({ rows: z.number().int().min(0), columns: z.array(z.string().max(63)).max(1600) }),
    )
    .refine((tables) => Object.keys(tables).length <= TABLES_MAX),
  /** The members with rows, in the order of the file. */
  members: z.array(z.object({ name: z.string(), bytes: z.number().int(), sha256: Hex })),
  /** Layers that images name and nobody has fetched from upstream: they are in no backup. */
  unfetched: z.number().int().default(0),
  blobs: z.array(
    z.object({ digest: z.string().refine((digest): boolean => isDigest(digest)), size: z.number().int().min(0) }),
  ),
});

export type Manifest = z.infer<typeof Manifest>;

/** Proof that this instance wrote a manifest: HMAC-SHA256 with a key that comes from the instance's. */
export function sealOf(manifest: Uint8Array): string {
  return createHmac("sha256", keyFor("backups")).update(manifest).digest("hex");
}

/** Whether this instance wrote a manifest, and nobody changed it since. */
export function isOurs(manifest: Uint8Array, seal: string): boolean {
  const [ours, theirs] = [Buffer.from(sealOf(manifest)), Buffer.from(seal.trim())];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

export function rowsIn({ tables }: Pick<Manifest, "tables">): number {
  return Object.values(tables).reduce((sum, { rows }) => sum + rows, 0);
}

export function blobBytesIn({ blobs }: Pick<Manifest, "blobs">): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}
