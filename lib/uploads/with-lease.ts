import { randomUUID } from "node:crypto";
import { addAbortSignal, type Readable } from "node:stream";
import { type Prisma, query, type Tx } from "#lib/db/index.ts";
import { type Algorithm, blobStore, isWrongDigest, PartialWrite, writtenElsewhere } from "#lib/storage/index.ts";
import { faultPoint } from "../fault-point.ts";
import { giveBack, type Hold, keepLease, LEASE_SECONDS } from "./lease.ts";
import { isOverQuota } from "./quota.ts";

export type UploadRow = Prisma.UploadGetPayload<object>;

/** An upload that this request alone may write to. */
export interface Lease<U extends UploadRow = UploadRow> {
  id: string;
  upload: U;
  /** Bytes that are durable. */
  offset: number;
  /** Its row is gone: it was committed or cancelled. */
  ended: boolean;
  /** @returns the new number of durable bytes @throws PartialWrite where the source breaks: what arrived is kept */
  append(source: Readable, algorithms?: readonly Algorithm[]): Promise<number>;
}

/**
 * One writer at a time: claims the upload that `find` looks up, renews the claim while `work` runs, and keeps the offset it
 * reached. Bytes that were refused for good (a wrong digest, no room) go with their row.
 * @throws conflict while another request writes, or where one took over; what `find` and `work` throw
 */
export async function withLease<T, U extends UploadRow>(
  find: (tx: Tx) => Promise<U>,
  work: (lease: Lease<U>) => Promise<T>,
): Promise<T> {
  const leaseId = randomUUID();
  const askedMs = Date.now();
  const upload = await claim(find, leaseId);
  await faultPoint("upload claimed");
  const hold = keepLease(leaseId, askedMs);
  const lease = leaseOf(upload, leaseId, hold);
  let done: T;
  try {
    done = await work(lease);
  } catch (error) {
    await dropRefused(error, lease).finally(() => giveBack(hold, { leaseId, offset: lease.offset }));
    throw error;
  }
  const { count } = await giveBack(hold, { leaseId, offset: lease.offset });
  // An offset is told only where the row says it: whoever has the claim now goes on from another.
  if (!lease.ended && count === 0) throw writtenElsewhere();
  return done;
}

function leaseOf<U extends UploadRow>(upload: U, id: string, hold: Hold): Lease<U> {
  const lease: Lease<U> = {
    id,
    upload,
    offset: Number(upload.offset),
    ended: false,
    append: async (source, algorithms = ["sha256"]) => {
      // Whoever claimed it since has begun a file of their own: opened now, it would be theirs that is cut.
      if (!hold.isOurs()) throw writtenElsewhere();
      const at = { offset: lease.offset, algorithms };
      try {
        lease.offset = await blobStore().append(upload.id, at, addAbortSignal(hold.signal, source));
        await faultPoint("upload durable");
      } catch (error) {
        if (error instanceof PartialWrite) lease.offset = error.offset;
        throw error;
      }
      return lease.offset;
    },
  };
  return lease;
}

// The same bytes would be refused again: nothing of them stays.
async function dropRefused(error: unknown, { id, upload }: Lease): Promise<void> {
  if (!isWrongDigest(error) && !isOverQuota(error)) return;
  const { count } = await query((tx) => tx.upload.deleteMany({ where: { id: upload.id, leaseId: id } }));
  if (count > 0) await blobStore().discard(upload.id);
}

async function claim<U extends UploadRow>(find: (tx: Tx) => Promise<U>, leaseId: string): Promise<U> {
  return query(async (tx) => {
    const upload = await find(tx);
    // A claim that ran out was not given back: its holder may only be slow, and still write to the file it has open.
    const abandoned = upload.leaseId !== null;
    const claimed = await tx.$queryRaw<{ offset: bigint }[]>`
      UPDATE uploads SET lease_id = ${leaseId}::uuid, leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
      WHERE id = ${upload.id}::uuid AND (leased_until IS NULL OR leased_until < now()) RETURNING "offset"`;
    if (!claimed[0]) throw writtenElsewhere();
    if (abandoned) await blobStore().fork(upload.id, Number(claimed[0].offset));
    return { ...upload, offset: claimed[0].offset };
  });
}
