import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { AppError } from "../errors.ts";
import { damaged, type Opener, readArchive } from "./archive-reader.ts";
import { FORMAT, isOurs, Manifest } from "./manifest.ts";
import { nameOfBlob } from "./write-backup.ts";

/** What a reader does with what it comes by; each part in the order of the file. */
export interface Taker {
  /** A member's rows: JSON Lines, at most a few megabytes. They are only known to be whole once `manifest` is called. */
  rows?(table: string, lines: Buffer): Promise<void>;
  /** All rows were read and are those that were written. `sealed`: this instance wrote them. True ends the reading here. */
  manifest(manifest: Manifest, sealed: boolean): Promise<boolean>;
  /** A blob's bytes. The reader checks them; whoever takes none of them need not read them. */
  blob?(blob: { digest: string; size: number }, body: AsyncIterable<Buffer>): Promise<void>;
}

const SMALL_BYTES_MAX = 64 * 1024 * 1024;
/** A part of rows has two megabytes: with so many of them there are more than any workspace has. */
const PARTS_MAX = 100_000;
const ROWS = /^rows\/([a-z_]+)\/\d{6,}\.jsonl$/;

/**
 * Reads a backup from its begin, comparing each member with what the manifest says of it.
 * @throws conflict with reason backup_damaged for what is not as it was written; invalid for a file that another version's
 *   format has, or that the key does not open
 */
export async function readBackup(source: Readable, opener: Opener, taker: Taker): Promise<Manifest> {
  const reading = new Reading(taker);
  for await (const { name, size, body } of readArchive(source, opener)) {
    if (reading.manifest) await reading.takeBlob(name, body);
    else await reading.take(name, await whole(body, size));
    if (reading.over) break;
  }
  return reading.end();
}

class Reading {
  manifest: Manifest | null = null;
  over = false;
  readonly #taker: Taker;
  readonly #seen: { name: string; bytes: number; sha256: string }[] = [];
  #manifestBytes: Buffer | null = null;
  #blobs = 0;

  constructor(taker: Taker) {
    this.#taker = taker;
  }

  async take(name: string, bytes: Buffer): Promise<void> {
    if (name === "format.json") return refuseOtherFormat(bytes);
    if (name === "manifest.json" && !this.#manifestBytes) this.#manifestBytes = bytes;
    else if (name === "manifest.seal") await this.#takeManifest(bytes.toString());
    else await this.#takeRows(name, bytes);
  }

  async #takeRows(name: string, bytes: Buffer): Promise<void> {
    const table = ROWS.exec(name)?.[1];
    if (!table) throw damaged(null, `it has a part that no backup has, ${JSON.stringify(name.slice(0, 80))}`);
    if (bytes.length === 0 || this.#seen.length === PARTS_MAX) throw damaged(null, "it has parts that no backup has");
    this.#seen.push({ name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
    await this.#taker.rows?.(table, bytes);
  }

  async #takeManifest(seal: string): Promise<void> {
    const bytes = this.#manifestBytes ?? Buffer.alloc(0);
    const manifest = parsed(bytes);
    if (JSON.stringify(manifest.members) !== JSON.stringify(this.#seen)) {
      throw damaged(null, "its rows are not those that were written");
    }
    this.manifest = manifest;
    this.over = (await this.#taker.manifest(manifest, isOurs(bytes, seal))) || !manifest.withBytes;
  }

  async takeBlob(name: string, body: AsyncIterable<Buffer>): Promise<void> {
    const blob = this.manifest?.blobs[this.#blobs++];
    if (!blob || nameOfBlob(blob.digest) !== name) throw damaged(null, "its layers are not those that were written");
    const checked = checkedBytes(blob, body);
    await this.#taker.blob?.(blob, checked);
    for await (const _ of checked); // what was not taken is checked all the same
    if (this.#blobs === this.manifest?.blobs.length) this.over = true;
  }

  end(): Manifest {
    const { manifest } = this;
    if (!manifest) throw damaged(null, "it ends before its manifest");
    const cut = !this.over && manifest.blobs.length > 0;
    if (cut) throw damaged(null, "some of its layers are missing");
    return manifest;
  }
}

function refuseOtherFormat(bytes: Buffer): void {
  const { format, product } = formatIn(bytes);
  if (product === "purser" && format === FORMAT) return;
  const words = `This file has the format ${String(format)} of ${String(product)}; this version reads format ${FORMAT}.`;
  throw new AppError("invalid", words, { reason: "backup_format" });
}

function formatIn(bytes: Buffer): { format?: unknown; product?: unknown } {
  try {
    return Object(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw damaged(cause, "its format can't be read");
  }
}

function parsed(bytes: Buffer): Manifest {
  try {
    return Manifest.parse(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw damaged(cause, "its manifest can't be read");
  }
}

async function whole(body: AsyncIterable<Buffer>, size: number): Promise<Buffer> {
  if (size > SMALL_BYTES_MAX) throw damaged(null, "it has a part that is larger than any that is written");
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* checkedBytes({ digest, size }: { digest: string; size: number }, body: AsyncIterable<Buffer>) {
  const [algorithm, hex] = digest.split(":") as [string, string];
  const hash = createHash(algorithm === "sha512" ? "sha512" : "sha256");
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== size || hash.digest("hex") !== hex) throw damaged(null, `the layer ${digest} is not what was written`);
}
