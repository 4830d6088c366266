import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { env } from "../env.ts";

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

export interface Authenticator {
  credentialId: string;
  /** What the next answers tell; a copied key tells an old one. */
  counter: number;
  /** Makes the credential: what navigator.credentials.create() answers. */
  create(challenge: string, how?: How): object;
  /** Signs with it: what navigator.credentials.get() answers, as JSON. */
  get(challenge: string, how?: How & { userHandle?: string }): string;
}

interface How {
  origin?: string;
  rpID?: string;
  /** Whether the person was verified by a PIN, a face, a finger. */
  verified?: boolean;
}

/** A software key (ES256, attestation "none"): https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
export function newAuthenticator(): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const id = randomBytes(16);
  const credentialId = id.toString("base64url");
  const credential = { id: credentialId, rawId: credentialId, type: "public-key", clientExtensionResults: {} };

  const authenticator: Authenticator = {
    credentialId,
    counter: 0,
    create(challenge, how = {}) {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseOf(x, y)]);
      const data = Buffer.concat([authenticatorData(authenticator.counter, how, FLAGS.attested), attested]);
      const attestationObject = cborMap([
        [cborText("fmt"), cborText("none")],
        [cborText("attStmt"), cborMap([])],
        [cborText("authData"), cborBytes(data)],
      ]).toString("base64url");
      const clientDataJSON = clientData("webauthn.create", challenge, how).toString("base64url");
      return { ...credential, response: { clientDataJSON, attestationObject, transports: ["internal"] } };
    },
    get(challenge, how = {}) {
      authenticator.counter += 1;
      const data = authenticatorData(authenticator.counter, how, 0);
      const client = clientData("webauthn.get", challenge, how);
      const signature = sign("sha256", Buffer.concat([data, createHash("sha256").update(client).digest()]), privateKey);
      const response = {
        clientDataJSON: client.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: signature.toString("base64url"),
        ...(how.userHandle ? { userHandle: Buffer.from(how.userHandle).toString("base64url") } : {}),
      };
      return JSON.stringify({ ...credential, response });
    },
  };
  return authenticator;
}

function clientData(type: string, challenge: string, { origin = env().PUBLIC_URL }: How): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function authenticatorData(counter: number, how: How, more: number): Buffer {
  const { rpID = new URL(env().PUBLIC_URL).hostname, verified = true } = how;
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const flags = Buffer.from([FLAGS.present | (verified ? FLAGS.verified : 0) | more]);
  return Buffer.concat([createHash("sha256").update(rpID).digest(), flags, count]);
}

// COSE_Key (RFC 9053): kty 2 (EC2), alg -7 (ES256), crv 1 (P-256), x, y; small integers are one byte of CBOR.
function coseOf(x: string, y: string): Buffer {
  const one = (byte: number) => Buffer.from([byte]);
  return cborMap([
    [one(0x01), one(0x02)],
    [one(0x03), one(0x26)],
    [one(0x20), one(0x01)],
    [one(0x21), cborBytes(Buffer.from(x, "base64url"))],
    [one(0x22), cborBytes(Buffer.from(y, "base64url"))],
  ]);
}

function cborMap(entries: [Buffer, Buffer][]): Buffer {
  return Buffer.concat([Buffer.from([0xa0 + entries.length]), ...entries.flat()]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x58, bytes.length]), bytes]);
}
