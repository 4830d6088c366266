import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { AppError } from "../errors.ts";
import { LruCache } from "../lru-cache.ts";
import {
  type AppendAt,
  algorithmsOf,
  appendAt,
  type BlobStore,
  type Commit,
  type Committed,
  PartialWrite,
  type RemotePlace,
  type StoredKey,
  type StoredUpload,
  writtenElsewhere,
  wrongDigest,
} from "./blob-store.ts";
import { Bucket, type BucketSettings, type Part } from "./bucket.ts";
import { type Digest, digestOf } from "./digest.ts";
import { gather } from "./gather.ts";
import { PartWriter } from "./part-writer.ts";
import { digestsKnownTo, digestsOfStream, RunningDigest } from "./running-digest.ts";
import {
  decodeState,
  encodeState,
  NOTHING_YET,
  noteUpload,
  partsBytes,
  stateName,
  UPLOADS,
  type UploadState,
  withNonce,
} from "./s3-upload.ts";
import { keyOf, newKey, newObjectKey, objectPrefix, pathOf, uploadOf } from "./storage-key.ts";
import { storeFailure } from "./store-failure.ts";

const BLOBS = "blobs/";
const RUNNING_MAX = 1000;
const COPY_BYTES_MAX = 1024 ** 3;
const UPLOAD = /^[0-9a-f-]{36}$/;

/** The digest of an upload's bytes up to a state, kept while one process sees all of them. */
interface Running {
  nonce: string;
  digest: RunningDigest;
}

export interface S3Settings extends BucketSettings {
  /** Whether readers are sent to the store with a link, or get the bytes through this server. */
  redirect: boolean;
}

/**
 * Blobs as objects of a bucket: `blobs/<storage key>`, uploads as multipart uploads, with `uploads/<id>/<offset>` beside them
 * that says which parts count (docs/adr/0012). No byte is copied at a commit.
 */
export class S3Store implements BlobStore {
  readonly #bucket: Bucket;
  readonly #redirect: boolean;
  readonly #running = new LruCache<Running>(RUNNING_MAX, ({ digest }) => digest.forget());

  constructor(settings: S3Settings) {
    this.#bucket = new Bucket(settings);
    this.#redirect = settings.redirect;
  }

  async append(uploadId: string, at: AppendAt, source: Readable): Promise<number> {
    const { offset, algorithms } = appendAt(at);
    const state = await this.#alive(uploadId, await this.#load(uploadId, offset));
    const digest = offset === 0 ? new RunningDigest(...algorithms) : this.#takeRunning(uploadId, state);
    const writer = new PartWriter(this.#bucket, uploadId, state);
    try {
      const broken = await gather(source, { writer, digest });
      const reached = withNonce({ ...(await writer.finish()), nonce: "", previous: offset });
      const written = partsBytes(reached.parts) + reached.tail.length;
      if (written > offset) await this.#bucket.put(stateName(uploadId, written), encodeState(reached));
      // The row says `offset`, so nobody needs the state before it.
      if (state.previous) await this.#bucket.remove(stateName(uploadId, state.previous));
      if (digest) this.#running.set(uploadId, { nonce: written > offset ? reached.nonce : state.nonce, digest });
      if (broken) throw new PartialWrite(written, broken.cause);
      return written;
    } catch (error) {
      throw error instanceof PartialWrite ? error : storeFailure(error);
    }
  }

  async commit(uploadId: string, commit: Commit): Promise<Committed> {
    const { size, digest, isOurs } = commit;
    const state = size === 0 ? NOTHING_YET : await this.#load(uploadId, size);
    if (isOurs && !(await isOurs())) throw writtenElsewhere();
    const running = this.#takeRunning(uploadId, state);
    if (!state.multipart) return this.#commitSmall(uploadId, state.tail, commit);
    const algorithms = algorithmsOf(commit);
    const known = await digestsKnownTo(running, algorithms);
    if (known && digest && known[0] !== digest) return this.#refuse(uploadId, { actual: known[0], storageKey: null });
    const writer = new PartWriter(this.#bucket, uploadId, await this.#alive(uploadId, state));
    const { multipart, parts } = await writer.close();
    await this.#bucket.complete(multipart, parts);
    const storageKey = multipart.name.slice(BLOBS.length);
    const digests = known ?? (await digestsOfStream(await this.#bucket.stream(multipart.name, null), algorithms));
    if (digest && digests[0] !== digest) return this.#refuse(uploadId, { actual: digests[0], storageKey });
    return { storageKey, digests };
  }

  // Whoever still writes to the upload loses it: it becomes an object, and another upload begins with a copy of it.
  async fork(uploadId: string, offset: number): Promise<void> {
    this.#running.delete(uploadId);
    if (offset === 0) return; // the next append begins a new upload anyway
    const state = await this.#load(uploadId, offset);
    if (!state.multipart) return;
    const { name } = state.multipart;
    if ((await this.#bucket.size(name)) === null) await this.#bucket.complete(state.multipart, state.parts);
    await this.#alive(uploadId, state);
    await this.#bucket.remove(name);
  }

  async discard(uploadId: string): Promise<void> {
    checked(uploadId);
    this.#running.delete(uploadId);
    for await (const { name } of this.#bucket.list(`${UPLOADS}${uploadId}/`)) await this.#bucket.remove(name);
    const prefix = BLOBS + objectPrefix(uploadId);
    for await (const multipart of this.#bucket.listMultiparts(prefix)) await this.#bucket.abort(multipart);
  }

  locate(storageKey: string): RemotePlace {
    const name = BLOBS + pathOf(storageKey);
    return {
      link: this.#redirect ? (disposition) => this.#bucket.link(name, disposition) : null,
      open: (start, length) => this.#bucket.stream(name, { start, length }),
    };
  }

  async read(storageKey: string): Promise<Buffer> {
    const bytes = await this.#bucket.get(BLOBS + pathOf(storageKey));
    if (!bytes) throw new Error("the object store lacks an object that a row names");
    return bytes;
  }

  size(storageKey: string): Promise<number | null> {
    return this.#bucket.size(BLOBS + pathOf(storageKey));
  }

  async remove(storageKey: string): Promise<number> {
    const bytes = await this.size(storageKey);
    if (bytes === null) return 0;
    await this.#bucket.remove(BLOBS + pathOf(storageKey));
    return bytes;
  }

  async *listKeys(): AsyncIterable<StoredKey> {
    for await (const { name, bytes, changedAt } of this.#bucket.list(BLOBS)) {
      const storageKey = keyOf(name.slice(BLOBS.length).split("/"));
      if (storageKey) yield { storageKey, bytes, changedAt };
    }
  }

  async *listUploads(): AsyncIterable<StoredUpload> {
    const uploads = new Map<string, StoredUpload>();
    for await (const { name, bytes, changedAt } of this.#bucket.list(UPLOADS)) {
      noteUpload(uploads, { uploadId: name.split("/")[1] ?? "", bytes, changedAt });
    }
    for await (const { name, begunAt } of this.#bucket.listMultiparts(`${BLOBS}objects/`)) {
      noteUpload(uploads, { uploadId: uploadOf(name.slice(BLOBS.length)) ?? "", bytes: 0, changedAt: begunAt });
    }
    for (const upload of uploads.values()) if (UPLOAD.test(upload.uploadId)) yield upload;
  }

  async probe(): Promise<void> {
    const [name, bytes] = [`probes/${randomUUID()}`, Buffer.from("Purser can write here.")];
    await this.#bucket.put(name, bytes);
    const back = await this.#bucket.get(name);
    await this.#bucket.remove(name);
    if (!back?.equals(bytes)) throw new Error("what was written is not what was read");
  }

  async #load(uploadId: string, offset: number): Promise<UploadState> {
    checked(uploadId);
    if (offset === 0) return NOTHING_YET;
    const bytes = await this.#bucket.get(stateName(uploadId, offset));
    if (!bytes) throw new AppError("not_found", "The upload is gone. Begin again.", { reason: "BLOB_UPLOAD_UNKNOWN" });
    return decodeState(bytes);
  }

  // A commit whose row was never written has made the upload an object: what counts of it is copied into a new upload.
  async #alive(uploadId: string, state: UploadState): Promise<UploadState> {
    if (!state.multipart || (await this.#bucket.size(state.multipart.name)) === null) return state;
    const bytes = partsBytes(state.parts);
    const multipart = await this.#bucket.begin(BLOBS + newObjectKey(uploadId));
    const count = Math.ceil(bytes / COPY_BYTES_MAX);
    const each = Math.ceil(bytes / count);
    const parts: Part[] = [];
    for (let start = 0; start < bytes; start += each) {
      const from = { name: state.multipart.name, start, bytes: Math.min(each, bytes - start) };
      parts.push(await this.#bucket.copyPart(multipart, parts.length + 1, from));
    }
    const revived = withNonce({ ...state, multipart, parts });
    await this.#bucket.put(stateName(uploadId, bytes + state.tail.length), encodeState(revived));
    return revived;
  }

  async #commitSmall(uploadId: string, bytes: Buffer, commit: Commit): Promise<Committed> {
    const digests = algorithmsOf(commit).map((algorithm) => digestOf(bytes, algorithm));
    const [actual, { digest }] = [digests[0], commit];
    if (digest && actual !== digest) return this.#refuse(uploadId, { actual, storageKey: null });
    const storageKey = digest ? newKey(digest) : newObjectKey(uploadId);
    await this.#bucket.put(BLOBS + pathOf(storageKey), bytes);
    return { storageKey, digests };
  }

  async #refuse(
    uploadId: string,
    { actual, storageKey }: { actual: Digest | undefined; storageKey: string | null },
  ): Promise<never> {
    await this.discard(uploadId);
    if (storageKey) await this.remove(storageKey);
    throw wrongDigest(actual);
  }

  // Taken out, so that whatever fails from here on leaves no hash that is ahead of the store.
  #takeRunning(uploadId: string, { nonce }: UploadState): RunningDigest | null {
    const running = this.#running.take(uploadId);
    if (!running) return null;
    if (running.nonce === nonce) return running.digest;
    running.digest.forget();
    return null;
  }
}

function checked(uploadId: string): void {
  if (!UPLOAD.test(uploadId)) throw new Error("not an upload's id");
}
