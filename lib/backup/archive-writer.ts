import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { Readable, type Writable } from "node:stream";
import { Encrypter, type Recipient } from "age-encryption";
import { type Pack, pack } from "tar-stream";
import { recipientOf } from "./passphrase.ts";
import { fromWeb, toWeb } from "./streams.ts";

/** Puts members into an archive, one after the other. */
export interface ArchiveWriter {
  add(name: string, bytes: Buffer): Promise<void>;
  /** @param size how many bytes the stream has; one that has others breaks the archive */
  addStream(name: string, body: Readable, size: number): Promise<void>;
}

/** For whom an archive is encrypted: keys, or whoever knows the passphrase. */
export type Readers = { recipients: readonly (string | Recipient)[] } | { passphrase: string };

export interface Archive {
  /** The encrypted file, which flows as it is read. */
  stream: Readable;
  /** Settles with `fill`: a failure of it breaks the stream as well. */
  filled: Promise<void>;
  /** Of the encrypted file, once the stream has ended. */
  sha256(): string;
}

/** A tar whose members `fill` adds, encrypted as age does it. Never more of it in memory than a few chunks. */
export async function writeArchive(readers: Readers, fill: (to: ArchiveWriter) => Promise<void>): Promise<Archive> {
  const tar = pack();
  const encrypted = await encrypterFor(readers).encrypt(toWeb(tar as unknown as AsyncIterable<Buffer>));
  const hash = createHash("sha256");
  const stream = Readable.from(hashed(fromWeb(encrypted), hash));
  const filled = fill(writerTo(tar)).then(
    () => tar.finalize(),
    (error: Error) => {
      tar.destroy(error);
      throw error;
    },
  );
  filled.catch(() => undefined); // it is waited for once the stream has ended
  return { stream, filled, sha256: () => hash.digest("hex") };
}

function encrypterFor(readers: Readers): Encrypter {
  const encrypter = new Encrypter();
  if ("passphrase" in readers) encrypter.addRecipient(recipientOf(readers.passphrase));
  else for (const recipient of readers.recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

async function* hashed(source: Readable, hash: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    yield chunk;
  }
}

// Members carry no time: a backup says in its manifest when it was taken.
const HEADER = { mode: 0o600, mtime: new Date(0) };

function writerTo(tar: Pack): ArchiveWriter {
  return {
    add: (name, bytes) =>
      new Promise((resolve, reject) => {
        tar.entry({ ...HEADER, name, size: bytes.length }, bytes, (error) => (error ? reject(error) : resolve()));
      }),
    addStream: async (name, body, size) => {
      const ended = Promise.withResolvers<undefined>();
      ended.promise.catch(() => undefined);
      const entry = tar.entry({ ...HEADER, name, size }, (error) =>
        error ? ended.reject(error) : ended.resolve(undefined),
      );
      for await (const chunk of body) {
        if (entry.write(chunk)) continue;
        await Promise.race([once(entry as unknown as Writable, "drain"), ended.promise]);
      }
      (entry as unknown as Writable).end();
      await ended.promise;
    },
  };
}
