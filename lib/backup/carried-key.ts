import { armor, type Recipient, Stanza } from "age-encryption";
import { AppError } from "../errors.ts";

// A stanza of the file's header that is no recipient's: readers pass over stanzas that they don't know
// (https://c2sp.org/age, "Recipient stanza"). With it the file alone and its passphrase are enough to open it.
const NAME = "purser.dev/key";
/** A header is some hundred bytes; what is none is not searched for one for ever. */
export const HEADER_BYTES_MAX = 64 * 1024;
const KEY = new RegExp(
  `^-> ${NAME.replaceAll(".", "\\.")} v1\\n((?:[A-Za-z0-9+/]{64}\\n)*[A-Za-z0-9+/]{0,63}\\n)`,
  "m",
);
/** How hard a key is to guess (age's scrypt): one that says more would keep the server busy and not safer. */
const SCRYPT = /^age-encryption\.org\/v1\n-> scrypt [A-Za-z0-9+/]{22} 18\n/;

/** Has an archive carry its key, which the passphrase opens. */
export function carrierOf(keyEncrypted: string): Recipient {
  return { wrapFileKey: () => [new Stanza([NAME, "v1"], armor.decode(keyEncrypted))] };
}

/** The key that an archive carries, in its armour. @param head the file's first bytes @throws invalid for what is no backup */
export function carriedKey(head: Buffer): string {
  const text = head.subarray(0, HEADER_BYTES_MAX).toString("latin1");
  const end = text.indexOf("\n--- ");
  if (!text.startsWith("age-encryption.org/v1\n") || end < 0) throw noBackup("it is not encrypted as age does it");
  const found = KEY.exec(text.slice(0, end + 1))?.[1];
  if (!found) throw noBackup("it does not carry the key that a passphrase opens");
  const key = Buffer.from(found.replaceAll("\n", ""), "base64");
  if (!SCRYPT.test(key.toString("latin1"))) throw noBackup("its key is none that a backup has");
  return armor.encode(key);
}

function noBackup(why: string): AppError {
  return new AppError("invalid", `This file is no backup of Purser's: ${why}.`, { reason: "backup_format" });
}
