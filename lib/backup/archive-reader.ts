import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Decrypter } from "age-encryption";
import { extract } from "tar-stream";
import { storeFailure } from "#lib/storage/index.ts";
import { type AppError, conflict, invalid, isAppError } from "../errors.ts";
import { identityOf } from "./passphrase.ts";
import { fromWeb, toWeb } from "./streams.ts";

export interface ArchiveMember {
  name: string;
  size: number;
  body: AsyncIterable<Buffer>;
}

/** What opens an archive: the identity of one of its recipients, or its passphrase. */
export type Opener = { identity: string } | { passphrase: string };

/**
 * The members of an encrypted archive in their order. Each must be read before the next; leaving early ends the reading.
 * @throws invalid where it is not opened by this key; conflict with reason backup_damaged where it was changed or cut off;
 *   unavailable where the store does not hand it out now
 */
export async function* readArchive(source: Readable, opener: Opener): AsyncIterable<ArchiveMember> {
  const tar = extract();
  const members = tar[Symbol.asyncIterator]();
  const plain = await decrypted(source, opener);
  const flow = pipeline(plain, tar as unknown as NodeJS.WritableStream).catch((error: unknown) =>
    tar.destroy(error as Error),
  );
  try {
    for (;;) {
      const next = await members.next();
      if (next.done) return;
      const { header } = next.value;
      if (header.type !== "file") throw damaged(null, "it has a part that is no file");
      yield { name: header.name, size: header.size ?? 0, body: bodyOf(next.value as AsyncIterable<Buffer>) };
    }
  } catch (error) {
    throw refusalOf(error);
  } finally {
    plain.destroy();
    tar.destroy();
    source.destroy();
    await flow;
  }
}

async function* bodyOf(member: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  try {
    yield* member;
  } catch (error) {
    throw refusalOf(error);
  }
}

const refusalOf = (error: unknown) => (isAppError(error) ? error : damaged(error));

// A store that breaks off says nothing of the file.
async function* fromStore(source: Readable): AsyncIterable<Buffer> {
  try {
    yield* source;
  } catch (error) {
    throw storeFailure(error);
  }
}

async function decrypted(source: Readable, opener: Opener): Promise<Readable> {
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity("identity" in opener ? opener.identity : identityOf(opener.passphrase));
    return fromWeb(await decrypter.decrypt(toWeb(fromStore(source))));
  } catch (cause) {
    source.destroy();
    throw whyNot(cause, opener);
  }
}

function whyNot(cause: unknown, opener: Opener): unknown {
  if (isAppError(cause)) return cause;
  if (!String(cause).includes("no identity matched")) return damaged(cause);
  if ("passphrase" in opener) return invalid({ passphrase: "does not open this file" }, { cause });
  return invalid({ "": "This key does not open the file." }, { cause });
}

/** The refusal of a file that is not, or no longer, what was written. */
export function damaged(cause: unknown, what = "it was changed or cut off since it was written"): AppError {
  return conflict(`This backup can't be used: ${what}. Take another one.`, { reason: "backup_damaged", cause });
}
