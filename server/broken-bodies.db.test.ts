import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, IMAGE, imageOf, robotToken } from "#lib/testing/index.ts";
import { HTTP_OPTIONS } from "./http-options.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let authorization: string;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  const { secret } = await robotToken(t.ctx, ["registry.pull", "registry.push", "registry.moveTag"]);
  authorization = `Bearer ${secret}`;
});
afterAll(() => plane.close());

const send = (method: string, path: string, body?: Buffer) =>
  rawRequest(plane.port, { method, path, headers: { authorization }, ...(body ? { body } : {}) });
const at = (rest: string) => `/v2/${t.repository.name}/${rest}`;
const begin = async () => String((await send("POST", at("blobs/uploads/"))).headers.location);
const idOf = (location: string) => location.split("/").at(-1) ?? "";

interface Broken {
  framing: "length" | "chunked";
  end: "reset" | "closed";
  share: number;
}

const CASES: Broken[] = (["length", "chunked"] as const).flatMap((framing) =>
  (["reset", "closed"] as const).flatMap((end) => [0, 0.01, 0.5, 0.99].map((share) => ({ framing, end, share }))),
);

function connected(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(plane.port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Sends a share of a body and ends the connection: with a reset, or as if that were all. */
async function breakOff(call: { method: string; path: string; type?: string }, bytes: Buffer, how: Broken) {
  const part = bytes.subarray(0, Math.floor(bytes.length * how.share));
  const chunked = how.framing === "chunked";
  const head = [
    `${call.method} ${call.path} HTTP/1.1`,
    "host: x",
    `authorization: ${authorization}`,
    `content-type: ${call.type ?? "application/octet-stream"}`,
    chunked ? "transfer-encoding: chunked" : `content-length: ${bytes.length}`,
  ];
  const body = chunked && part.length > 0 ? [`${part.length.toString(16)}\r\n`, part, "\r\n"] : [part];
  const socket = await connected();
  socket.on("error", () => undefined);
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const all = Buffer.concat([`${head.join("\r\n")}\r\n\r\n`, ...body].map((piece) => Buffer.from(piece)));
  await new Promise<void>((resolve) => socket.write(all, () => resolve()));
  // Let it arrive: a reset would overtake what is still on its way.
  await wait(30);
  if (how.end === "reset") socket.resetAndDestroy();
  else socket.end();
  await closed;
}

/** Nobody writes to the upload any more. */
const released = (id: string) =>
  expect.poll(async () => (await db().upload.findUnique({ where: { id } }))?.leaseId ?? null).toBeNull();

describe("threat row 18, a body that breaks off,", () => {
  const nameOf = ({ framing, end, share }: Broken) => `${framing}, ${end} at ${share * 100} %`;

  it.each(CASES.map((broken) => [nameOf(broken), broken] as const))(
    "%s, leaves no blob and an upload that resumes",
    async (_name, broken) => {
      const bytes = randomBytes(150_000);
      const digest = digestOf(bytes);
      const location = await begin();
      await breakOff({ method: "PATCH", path: location }, bytes, broken);
      await released(idOf(location));
      expect((await send("HEAD", at(`blobs/${digest}`))).status).toBe(404);

      const status = await send("GET", location);
      const last = Number(String(status.headers.range).split("-")[1]);
      const reached = last === 0 ? 0 : last + 1;
      expect(reached).toBeLessThanOrEqual(Math.floor(bytes.length * broken.share));
      // The broken request may only now be looked at: it holds the upload for a moment.
      const close = async () => (await send("PUT", `${location}?digest=${digest}`, bytes.subarray(reached))).status;
      await expect.poll(close, { timeout: 10_000 }).toBe(201);
      expect((await send("GET", at(`blobs/${digest}`))).body.equals(bytes)).toBe(true);
    },
  );

  it.each(CASES.filter(({ share }) => share > 0).map((broken) => [nameOf(broken), broken] as const))(
    "%s, in a closing PUT, a single POST or a manifest makes no blob and moves no tag",
    async (_name, broken) => {
      const bytes = randomBytes(50_000);
      const digest = digestOf(bytes);
      const location = await begin();
      await breakOff({ method: "PUT", path: `${location}?digest=${digest}` }, bytes, broken);
      await breakOff({ method: "POST", path: at(`blobs/uploads/?digest=${digest}`) }, bytes, broken);
      const config = randomBytes(20);
      await send("POST", at(`blobs/uploads/?digest=${digestOf(config)}`), config);
      const manifest = imageOf(config, []);
      await breakOff({ method: "PUT", path: at("manifests/broken"), type: IMAGE }, manifest, broken);
      const held = { tenantId: t.tenant.id, leaseId: { not: null } };
      await expect.poll(() => db().upload.count({ where: held }), { timeout: 10_000 }).toBe(0);
      expect((await send("HEAD", at(`blobs/${digest}`))).status).toBe(404);
      expect(await db().blob.count({ where: { digest } })).toBe(0);
      expect((await send("HEAD", at("manifests/broken"))).status).toBe(404);
      expect((await send("PUT", `${location}?digest=${digestOf(bytes)}`, Buffer.alloc(0))).status).not.toBe(201);
    },
  );

  it("more or fewer bytes than Content-Length said are not taken for the blob", async () => {
    const bytes = randomBytes(1000);
    const location = await begin();
    const socket = await connected();
    socket.on("error", () => undefined);
    const head = `PUT ${location}?digest=${digestOf(bytes)} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n`;
    // What is beyond the length is another request's beginning, and none that there is.
    socket.write(Buffer.concat([Buffer.from(`${head}content-length: 999\r\n\r\n`), bytes]));
    const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await send("HEAD", at(`blobs/${digestOf(bytes)}`))).status).toBe(404);
  });

  it("a length and chunks at once are refused before anything is read", async () => {
    const socket = await connected();
    socket.on("error", () => undefined);
    const head = `POST ${at("blobs/uploads/")} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n`;
    socket.write(`${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /v2/ HTTP/1.1\r\n\r\n`);
    const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("threat row 18, 200 connections that send half a head", () => {
  it("are closed, while others are served", async () => {
    const hasty = await listenDataPlane({ headersTimeout: 1000, connectionsCheckingInterval: 200 });
    const sockets = Array.from({ length: 200 }, () => connect(hasty.port, "127.0.0.1"));
    const closed = sockets.map((socket) => {
      socket.on("error", () => undefined);
      socket.resume();
      socket.write("GET /v2/ HTTP/1.1\r\nhost: x\r\nauthorization: Bea");
      return new Promise((resolve) => socket.once("close", resolve));
    });
    for (let n = 0; n < 10; n++) {
      expect((await rawRequest(hasty.port, { path: "/v2/", headers: { authorization } })).status).toBe(200);
    }
    await Promise.all(closed);
    await hasty.close();
  });

  it("are held by a worker for 30 s at most", () => {
    const { headersTimeout, connectionsCheckingInterval } = HTTP_OPTIONS;
    expect(headersTimeout + connectionsCheckingInterval).toBeLessThanOrEqual(30_000);
  });
});
