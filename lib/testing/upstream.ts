import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Digest, digestOf } from "#lib/storage/index.ts";
import { IMAGE, INDEX, imageOf, randomBlob } from "./push.ts";

export const UPSTREAM_USER = { username: "ana", password: "correct horse" };

/** A registry of the test's own: it serves what it was given, and does as it is told. */
export interface TestUpstream {
  url: string;
  /** `GET /v2/…`, as they came. */
  seen: string[];
  manifests: Map<string, { bytes: Buffer; type: string }>;
  blobs: Map<string, Buffer>;
  tags: Map<string, string>;
  /** Answers instead, where it returns true. */
  hook: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** Makes an image of a config and some layers there, under a tag. */
  image(tag: string | null, layers?: number): { digest: Digest; layers: Digest[]; config: Digest; bytes: Buffer };
  /** Makes an index of two such images. */
  index(tag: string): { digest: Digest; children: Digest[] };
  add(bytes: Buffer, type: string, tag?: string | null): Digest;
  /** How often something was asked for. */
  asked(part: string): number;
  stop(): Promise<void>;
}

/** @param auth whether it asks for nothing, for Basic, or for a token from a realm of its own */
export async function startUpstream(auth: "none" | "basic" | "token" = "none"): Promise<TestUpstream> {
  const upstream = {
    seen: [],
    manifests: new Map(),
    blobs: new Map(),
    tags: new Map(),
    hook: null,
  } as unknown as TestUpstream;
  const token = randomBytes(8).toString("hex");
  const server = createServer((request, response) => {
    upstream.seen.push(`${request.method} ${request.url}`);
    if (upstream.hook?.(request, response)) return;
    if (request.url?.startsWith("/token")) return giveToken(request, response, token);
    if (isLetIn(request, auth, token)) return serve(upstream, request, response);
    const bearer = `Bearer realm="${upstream.url}/token",service="test"`;
    response.writeHead(401, { "www-authenticate": auth === "basic" ? 'Basic realm="test"' : bearer }).end();
  });
  // Whoever forgets it waits for nothing.
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return Object.assign(upstream, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...makersOf(upstream),
    asked: (part: string) => upstream.seen.filter((line) => line.includes(part)).length,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

function makersOf(upstream: TestUpstream): Pick<TestUpstream, "add" | "image" | "index"> {
  const add: TestUpstream["add"] = (bytes, type, tag) => {
    const digest = digestOf(bytes);
    upstream.manifests.set(digest, { bytes, type });
    if (tag) upstream.tags.set(tag, digest);
    return digest;
  };
  const image: TestUpstream["image"] = (tag, layers = 1) => {
    const config = Buffer.from(JSON.stringify({ n: randomBytes(6).toString("hex") }));
    const made = Array.from({ length: layers }, () => randomBlob(2000));
    for (const blob of [config, ...made]) upstream.blobs.set(digestOf(blob), blob);
    const bytes = imageOf(config, made);
    return {
      digest: add(bytes, IMAGE, tag),
      layers: made.map((blob) => digestOf(blob)),
      config: digestOf(config),
      bytes,
    };
  };
  const index: TestUpstream["index"] = (tag) => {
    const children = [image(null), image(null)].map(({ digest, bytes }, at) => ({
      ...{ mediaType: IMAGE, digest, size: bytes.length },
      platform: { os: "linux", architecture: at === 0 ? "amd64" : "arm64" },
    }));
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: children }));
    return { digest: add(bytes, INDEX, tag), children: children.map(({ digest }) => digest) };
  };
  return { add, image, index };
}

const BASIC = `Basic ${Buffer.from(`${UPSTREAM_USER.username}:${UPSTREAM_USER.password}`).toString("base64")}`;

function isLetIn({ headers }: IncomingMessage, auth: "none" | "basic" | "token", token: string): boolean {
  return auth === "none" || headers.authorization === (auth === "basic" ? BASIC : `Bearer ${token}`);
}

function giveToken({ headers }: IncomingMessage, response: ServerResponse, token: string): void {
  if (headers.authorization !== BASIC) response.writeHead(401).end();
  else response.end(JSON.stringify({ token, expires_in: 300 }));
}

function serve(upstream: TestUpstream, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", upstream.url);
  const [, kind = "", reference = ""] = /^\/v2\/.+\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(pathname) ?? [];
  const json = pathname === "/v2/" ? {} : listOf(upstream, kind, reference);
  if (json) return void response.end(JSON.stringify(json));
  const { bytes, type, told } = contentOf(upstream, kind, reference);
  if (!bytes) return void response.writeHead(404).end();
  response.writeHead(200, { ...told, "content-type": type, "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

function listOf(upstream: TestUpstream, kind: string, reference: string): object | null {
  if (kind === "referrers") return { manifests: referrersOf(upstream, reference) };
  return kind === "tags" && upstream.tags.size > 0 ? { tags: [...upstream.tags.keys()].sort() } : null;
}

function contentOf({ manifests, blobs, tags }: TestUpstream, kind: string, reference: string) {
  if (kind === "blobs") return { bytes: blobs.get(reference), type: "application/octet-stream", told: {} };
  const found = manifests.get(tags.get(reference) ?? reference);
  return { bytes: found?.bytes, type: found?.type, told: found && { "docker-content-digest": digestOf(found.bytes) } };
}

function referrersOf({ manifests }: TestUpstream, subject: string) {
  return [...manifests]
    .filter(([, { bytes }]) => JSON.parse(String(bytes)).subject?.digest === subject)
    .map(([digest]) => ({ digest }));
}
