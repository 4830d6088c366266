import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { type Identity, type Recipient, Stanza } from "age-encryption";

// age's scrypt recipient (https://c2sp.org/age, "scrypt recipient stanza") on Node's own scrypt: the library's is written in
// JavaScript and would keep a whole server waiting for seconds.
const LABEL = Buffer.from("age-encryption.org/v1/scrypt");
/** As age has it, a third of a second and 256 MB. */
const WORK_FACTOR = 18;
/** Of what others made, as `age` makes it at most: 1 GB. */
const WORK_FACTOR_MAX = 20;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const CIPHER = "chacha20-poly1305";
const NONCE = Buffer.alloc(12);

/** Encrypts for whoever knows the passphrase. */
export function recipientOf(passphrase: string): Recipient {
  return {
    wrapFileKey: async (fileKey) => {
      const salt = randomBytes(SALT_BYTES);
      const cipher = createCipheriv(CIPHER, await keyOf(passphrase, salt, WORK_FACTOR), NONCE, {
        authTagLength: TAG_BYTES,
      });
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      return [new Stanza(["scrypt", base64(salt), String(WORK_FACTOR)], body)];
    },
  };
}

/** Opens what was encrypted for a passphrase. */
export function identityOf(passphrase: string): Identity {
  return {
    unwrapFileKey: async (stanzas) => {
      const [stanza] = stanzas;
      if (stanza?.args[0] !== "scrypt") return null;
      const [, salt = "", factor = ""] = stanza.args;
      if (stanzas.length !== 1 || !/^[1-9]\d?$/.test(factor) || Number(factor) > WORK_FACTOR_MAX) {
        throw new Error("not a scrypt stanza that is opened here");
      }
      return unwrapped(stanza.body, await keyOf(passphrase, Buffer.from(salt, "base64"), Number(factor)));
    },
  };
}

function unwrapped(body: Uint8Array, key: Buffer): Uint8Array | null {
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null; // another passphrase: the caller says so
  }
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

function keyOf(passphrase: string, salt: Buffer, factor: number): Promise<Buffer> {
  const N = 2 ** factor;
  return derive(passphrase, Buffer.concat([LABEL, salt]), 32, { N, r: 8, p: 1, maxmem: 130 * N * 8 });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
