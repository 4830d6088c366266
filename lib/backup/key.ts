import { armor, Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { invalid } from "../errors.ts";
import { identityOf, recipientOf } from "./passphrase.ts";

/** A key as it is kept: whoever has the recipient encrypts, only who has the passphrase opens what was encrypted. */
export interface BackupKey {
  recipient: string;
  /** The identity in an age file (its armour) that the passphrase opens: `age -d -i key.age` takes it as it is. */
  keyEncrypted: string;
}

/** Makes a key that this passphrase opens (age's X25519 and scrypt recipients, https://age-encryption.org/v1). */
export async function makeKey(passphrase: string): Promise<BackupKey> {
  return lockKey(await generateX25519Identity(), passphrase);
}

/** The same key under another passphrase. */
export async function lockKey(identity: string, passphrase: string): Promise<BackupKey> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipientOf(passphrase));
  const keyEncrypted = armor.encode(await encrypter.encrypt(`${identity}\n`));
  return { recipient: await identityToRecipient(identity), keyEncrypted };
}

/** The identity that opens what was encrypted for the key. @throws invalid for another passphrase, or what is no key */
export async function openKey({ keyEncrypted }: Pick<BackupKey, "keyEncrypted">, passphrase: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identityOf(passphrase));
  try {
    return (await decrypter.decrypt(armor.decode(keyEncrypted), "text")).trim();
  } catch (cause) {
    throw invalid({ passphrase: "is not the one that this backup's key was made with" }, { cause });
  }
}
