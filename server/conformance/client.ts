import { type Digest, digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, IMAGE, imageOf, randomBlob, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, type RawAnswer, rawRequest } from "../listen-for-test.ts";

type Call = Parameters<typeof rawRequest>[1];

/** A client as the specification describes it, with a tenant of its own and a token that may do everything there. */
export interface Client {
  t: Fixture;
  port: number;
  authorization: string;
  /** A path of the repository: `/v2/<name>/<rest>`. */
  at(rest: string): string;
  send(method: string, path: string, more?: Partial<Call>): Promise<RawAnswer>;
  /** Sends a blob in one request. */
  blob(bytes: Buffer, digest?: Digest): Promise<Digest>;
  put(reference: string, manifest: Buffer | object, type?: string): Promise<RawAnswer>;
  /** Pushes an image of its own. */
  image(reference?: string, extra?: object): Promise<{ bytes: Buffer; digest: Digest; config: Buffer; layer: Buffer }>;
  close(): Promise<void>;
}

export async function newClient(): Promise<Client> {
  const plane = await listenDataPlane();
  const t = await freshTenant();
  const { secret } = await robotToken(t.ctx, ["registry.pull", "registry.push", "registry.moveTag", "registry.delete"]);
  const authorization = `Bearer ${secret}`;
  const at = (rest: string) => `/v2/${t.repository.name}/${rest}`;
  const send: Client["send"] = (method, path, { headers, body } = {}) =>
    rawRequest(plane.port, { method, path, headers: { authorization, ...headers }, ...(body ? { body } : {}) });
  const blob: Client["blob"] = async (bytes, digest = digestOf(bytes)) => {
    await must(201, send("POST", at(`blobs/uploads/?digest=${digest}`), { body: bytes }));
    return digest;
  };
  const put: Client["put"] = (reference, manifest, type = IMAGE) => {
    const body = Buffer.isBuffer(manifest) ? manifest : Buffer.from(JSON.stringify(manifest));
    return send("PUT", at(`manifests/${reference}`), { headers: { "content-type": type }, body });
  };
  const image: Client["image"] = async (reference, extra) => {
    const [config, layer] = [randomBlob(), randomBlob(300)];
    await blob(config);
    await blob(layer);
    const bytes = imageOf(config, [layer], extra);
    const digest = digestOf(bytes);
    await must(201, put(reference ?? digest, bytes));
    return { bytes, digest, config, layer };
  };
  return { t, port: plane.port, authorization, at, send, blob, put, image, close: plane.close };
}

/** An answer that has the status, or the test is not about what follows. */
export async function must(status: number, answer: Promise<RawAnswer>): Promise<RawAnswer> {
  const given = await answer;
  if (given.status !== status) throw new Error(`${given.status} instead of ${status}: ${given.body}`);
  return given;
}

export const jsonOf = ({ body }: RawAnswer) => JSON.parse(body.toString());

/** The status and the error's code. */
export const refusal = (answer: RawAnswer): [number, string] => [answer.status, jsonOf(answer).errors[0].code];

export const descriptorOf = (bytes: Buffer, mediaType = IMAGE) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});
