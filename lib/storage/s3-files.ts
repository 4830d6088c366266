import { Readable } from "node:stream";
import { notFound } from "../errors.ts";
import { Bucket, type BucketSettings, type Multipart, type Part } from "./bucket.ts";
import { checkedName, type NamedFiles } from "./named-files.ts";

/** A store takes 10,000 parts: with these, the largest file has 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;

/** Files as objects of a bucket under their names, sent in parts. */
export class S3Files implements NamedFiles {
  readonly #bucket: Bucket;

  constructor(settings: BucketSettings) {
    this.#bucket = new Bucket(settings);
  }

  async write(name: string, source: Readable): Promise<number> {
    let upload: Multipart | null = null;
    const parts: Part[] = [];
    let bytes = 0;
    try {
      for await (const part of inParts(source)) {
        bytes += part.length;
        // What fits into one part needs no upload of its own; an empty file has no parts at all.
        if (!upload && part.length < PART_BYTES) {
          await this.#bucket.put(checkedName(name), part);
          return bytes;
        }
        if (part.length === 0) continue;
        upload ??= await this.#bucket.begin(checkedName(name));
        parts.push(await this.#bucket.putPart(upload, parts.length + 1, part));
      }
      if (upload) await this.#bucket.complete(upload, parts);
      return bytes;
    } catch (error) {
      if (upload) await this.#bucket.abort(upload);
      throw error;
    }
  }

  async read(name: string, range?: { start: number; length: number }): Promise<Readable> {
    const size = await this.size(name);
    if (size === null) throw notFound("file");
    if (size === 0 || range?.length === 0) return Readable.from([]);
    return this.#bucket.stream(checkedName(name), range ?? null);
  }

  size(name: string): Promise<number | null> {
    return this.#bucket.size(checkedName(name));
  }

  async remove(name: string): Promise<void> {
    await this.#bucket.remove(checkedName(name));
  }

  async *list(prefix: string): AsyncIterable<{ name: string; changedAt: Date }> {
    yield* this.#bucket.list(`${checkedName(prefix)}/`);
  }
}

/** Buffers of the size of a part, the last one smaller: at least one, so that an empty file is one too. */
async function* inParts(source: Readable): AsyncIterable<Buffer> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    pending.push(chunk);
    bytes += chunk.length;
    while (bytes >= PART_BYTES) {
      const all = Buffer.concat(pending);
      yield all.subarray(0, PART_BYTES);
      pending = [Buffer.from(all.subarray(PART_BYTES))];
      bytes = all.length - PART_BYTES;
    }
  }
  yield Buffer.concat(pending);
}
