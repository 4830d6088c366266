import { query } from "#lib/db/index.ts";
import { blobStore, s3Settings, storeProblem, storeSpace } from "#lib/storage/index.ts";
import type { Difference, Finding } from "../findings.ts";
import { byteSize } from "../format.ts";
import { briefly } from "./briefly.ts";
import type { Call, OfTenant, ProviderKind } from "./provider-kind.ts";

/** Less than this, and an upload of the next hours may not fit. */
const FREE_BYTES_MIN = 5e9;
const BATCH = 500;
const AT_ONCE = 8;

/** The instance's store, where the tenant's images and files are. */
export const STORE: ProviderKind = {
  kind: "store",
  label: "Object store",
  about: "Keeps images and files. Without it nothing can be pushed, and what is not cached can't be pulled.",
  page: null,
  list: async () => [{ kind: "store", ref: "", name: "Object store", where: placeName() }],
  check: async (of) => [await works(), ...(await room()), await quota(of)],
  inventory: compare,
  apply: null,
};

function placeName(): string {
  const s3 = s3Settings();
  return s3 ? `bucket ${s3.bucket}` : "the server's disk";
}

const works = briefly(async (): Promise<Finding> => {
  const check = "Reads and writes";
  const began = performance.now();
  const problem = await storeProblem();
  const ms = Math.round(performance.now() - began);
  if (!problem) return { check, state: "ok", words: `A byte was written, read back and removed in ${ms} ms.` };
  const fix = "The instance's administrators see to the disk or the bucket and its key.";
  return { check, state: "failed", words: `Pushes fail: ${problem}.`, fix };
});

async function room(): Promise<Finding[]> {
  const space = s3Settings() ? null : await storeSpace();
  if (!space) return [];
  const check = "Room";
  const words = `${byteSize(space.free)} of ${byteSize(space.total)} are free.`;
  if (space.free >= FREE_BYTES_MIN) return [{ check, state: "ok", words }];
  return [{ check, state: "warning", words, fix: "Clean up, let old tags go by rules, or give the server more disk." }];
}

async function quota({ tenant }: OfTenant): Promise<Finding> {
  const check = "Quota";
  const row = await query((db) => db.tenantStorage.findUnique({ where: { tenantId: tenant.id } }));
  const [held, most] = [Number(row?.bytes ?? 0), row?.ownQuota ? row.quotaBytes : null];
  if (most === null) return { check, state: "ok", words: `The workspace keeps ${byteSize(held)}.` };
  const words = `The workspace keeps ${byteSize(held)} of ${byteSize(Number(most))}.`;
  if (held < Number(most) * 0.9) return { check, state: "ok", words };
  return { check, state: "warning", words, fix: "Let old tags go by rules, or ask the instance for more." };
}

interface Held {
  digest: string;
  size: bigint;
  storage_key: string;
}

/** Each blob of the tenant, by the size of what the store has under its key. */
async function compare({ tenant }: OfTenant, _: string, { signal, report }: Call): Promise<Difference[]> {
  const found: Difference[] = [];
  let [after, done] = ["", 0];
  for (;;) {
    signal.throwIfAborted();
    const batch = await held(tenant.id, after);
    if (batch.length === 0) return found;
    after = batch.at(-1)?.digest ?? "";
    for (let at = 0; at < batch.length; at += AT_ONCE) {
      const looked = await Promise.all(batch.slice(at, at + AT_ONCE).map(differenceOf));
      found.push(...looked.filter((one) => one !== null));
    }
    done += batch.length;
    report({ done, phase: "comparing blobs with the store" });
  }
}

function held(tenantId: string, after: string): Promise<Held[]> {
  return query(
    (db) => db.$queryRaw<Held[]>`
      SELECT b.digest, b.size, b.storage_key FROM blobs b
      WHERE b.digest > ${after} AND (
        EXISTS (SELECT FROM repository_blobs r WHERE r.tenant_id = ${tenantId}::uuid AND r.digest = b.digest)
        OR EXISTS (SELECT FROM assets a WHERE a.tenant_id = ${tenantId}::uuid AND a.blob_digest = b.digest))
      ORDER BY b.digest LIMIT ${BATCH}`,
  );
}

async function differenceOf({ digest, size, storage_key: key }: Held): Promise<Difference | null> {
  const there = await blobStore().size(key);
  if (there === Number(size)) return null;
  const one = { kind: "blob", key: digest };
  if (there === null) {
    return { ...one, change: "gone", words: "its bytes are not in the store: push it again, or restore a backup" };
  }
  return {
    ...one,
    change: "different",
    words: `${byteSize(there)} are in the store, ${byteSize(Number(size))} were pushed`,
  };
}
