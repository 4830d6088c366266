import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import type { Subject } from "./subject.ts";

const agent = new Agent({ keepAlive: true });
export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

export interface Pushed {
  /** Paths under the subject's URL. */
  manifest: string;
  smallBlob: string;
  largeBlob: string;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Pushes an image with a 4 kB config, a 4 kB and a large layer. @returns where to find them */
export async function pushBenchImage(subject: Subject, largeBytes: number): Promise<Pushed> {
  const config = randomBytes(4096);
  const small = randomBytes(4096);
  const large = randomBytes(largeBytes);
  for (const blob of [config, small, large]) await pushBlob(subject, blob);
  const descriptor = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  const layer = "application/vnd.oci.image.layer.v1.tar";
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: descriptor("application/vnd.oci.image.config.v1+json", config),
      layers: [descriptor(layer, small), descriptor(layer, large)],
    }),
  );
  const path = `/v2/${subject.repository}`;
  const headers = { ...(await subject.headers()), "content-type": MANIFEST_TYPE };
  await send({ method: "PUT", url: `${subject.url}${path}/manifests/bench`, headers, body: manifest, expect: 201 });
  return {
    manifest: `${path}/manifests/bench`,
    smallBlob: `${path}/blobs/${digestOf(small)}`,
    largeBlob: `${path}/blobs/${digestOf(large)}`,
  };
}

/** POST, then one PUT with the whole body, as docker and skopeo do in the end. @returns the seconds of the PUT */
export async function pushBlob(subject: Subject, blob: Buffer): Promise<number> {
  const headers = await subject.headers();
  const start = await send({
    method: "POST",
    url: `${subject.url}/v2/${subject.repository}/blobs/uploads/`,
    headers,
    expect: 202,
  });
  const location = new URL(start.location ?? "", subject.url);
  location.searchParams.set("digest", digestOf(blob));
  const type = { ...headers, "content-type": "application/octet-stream" };
  const began = process.hrtime.bigint();
  await send({ method: "PUT", url: location.href, headers: type, body: blob, expect: 201 });
  return Number(process.hrtime.bigint() - began) / 1e9;
}

/**
 * Reads a whole answer into one reused buffer and drops it, so that the client costs as little as one can.
 * @returns the seconds it took
 */
export async function pull(subject: Subject, path: string): Promise<number> {
  const headers = { ...(await subject.headers()), host: new URL(subject.url).host, connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const began = process.hrtime.bigint();
  const { status, bytes } = await drain(subject.url, `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  if (status !== 200) throw new Error(`GET ${path}: ${status}`);
  if (bytes < 1024) throw new Error(`GET ${path}: only ${bytes} bytes came`);
  return Number(process.hrtime.bigint() - began) / 1e9;
}

function drain(url: string, head: string): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    let [status, bytes] = [0, 0];
    const callback = (length: number, buffer: Uint8Array) => {
      status ||= Number(Buffer.from(buffer.subarray(9, 12)).toString());
      bytes += length;
      return true;
    };
    const { hostname, port } = new URL(url);
    const onread = { buffer: Buffer.allocUnsafe(256 * 1024), callback };
    const socket = connect({ host: hostname, port: Number(port), onread }, () => socket.write(head));
    socket.once("error", reject);
    socket.once("close", () => resolve({ status, bytes }));
  });
}

interface Call {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: Buffer;
  expect: number;
}

function send({ method, url, headers, body, expect }: Call): Promise<{ location?: string }> {
  return new Promise((resolve, reject) => {
    const length = body ? { "content-length": String(body.length) } : {};
    const call = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode !== expect) return reject(new Error(`${method} ${url}: ${response.statusCode}`));
        resolve({ location: response.headers.location });
      });
    });
    call.once("error", reject);
    call.end(body);
  });
}
