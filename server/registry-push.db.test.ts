import { randomBytes, randomUUID } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { blobStore, digestOf } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, personalToken, pushImage, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, type RawAnswer, rawRequest } from "./listen-for-test.ts";

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
let t: Fixture;
let robot: Record<string, string>;

beforeAll(async () => {
  plane = await listenDataPlane();
  t = await freshTenant();
  robot = { authorization: `Bearer ${(await robotToken(t.ctx, ["registry.pull", "registry.push"])).secret}` };
});
afterAll(() => plane.close());

type Call = Parameters<typeof rawRequest>[1];
const send = (call: Call, headers = robot) =>
  rawRequest(plane.port, { ...call, headers: { ...headers, ...call.headers } });
const codeOf = (answer: RawAnswer) => JSON.parse(answer.body.toString()).errors[0].code as string;
const uploads = () => `/v2/${t.repository.name}/blobs/uploads/`;
const blobOf = (digest: string) => send({ method: "HEAD", path: `/v2/${t.repository.name}/blobs/${digest}` });
const begin = async (headers = robot) =>
  String((await send({ method: "POST", path: uploads() }, headers)).headers.location);

describe("an upload", () => {
  it("in chunks, out of order refused, resumed from what GET says, becomes the blob", async () => {
    const bytes = randomBytes(30_000);
    const location = await begin();
    const chunk = (from: number, to: number) =>
      send({
        method: "PATCH",
        path: location,
        headers: { "content-range": `${from}-${to - 1}` },
        body: bytes.subarray(from, to),
      });

    expect((await chunk(0, 10_000)).headers.range).toBe("0-9999");
    const skipped = await chunk(20_000, 30_000);
    expect([skipped.status, codeOf(skipped)]).toEqual([416, "BLOB_UPLOAD_INVALID"]);
    const status = await send({ path: location });
    expect([status.status, status.headers.range]).toEqual([204, "0-9999"]);
    expect((await chunk(10_000, 20_000)).status).toBe(202);
    const digest = digestOf(bytes);
    const closed = await send({ method: "PUT", path: `${location}?digest=${digest}`, body: bytes.subarray(20_000) });

    expect([closed.status, closed.headers["docker-content-digest"]]).toEqual([201, digest]);
    const back = await send({ path: `/v2/${t.repository.name}/blobs/${digest}` });
    expect(back.body.equals(bytes)).toBe(true);
  });

  it("in one request is the blob at once, empty ones and sha512 too", async () => {
    for (const bytes of [randomBytes(5000), Buffer.alloc(0)]) {
      for (const digest of [digestOf(bytes), digestOf(bytes, "sha512")]) {
        const answer = await send({ method: "POST", path: `${uploads()}?digest=${digest}`, body: bytes });
        expect(answer.status, digest).toBe(201);
        expect((await blobOf(digest)).headers["content-length"]).toBe(String(bytes.length));
      }
    }
  });

  it("with another digest than promised is DIGEST_INVALID, and nothing is kept", async () => {
    const bytes = randomBytes(2000);
    const wrong = digestOf(randomBytes(8));
    const location = await begin();
    const before = await stored();

    const answer = await send({ method: "PUT", path: `${location}?digest=${wrong}`, body: bytes });

    expect([answer.status, codeOf(answer)]).toEqual([400, "DIGEST_INVALID"]);
    expect((await blobOf(wrong)).status).toBe(404);
    expect((await blobOf(digestOf(bytes))).status).toBe(404);
    expect((await send({ path: location })).status).toBe(404);
    expect(await stored()).toEqual(before);
  });

  it("that breaks off is not visible, and can be resumed from the offset it reached", async () => {
    const bytes = randomBytes(200_000);
    for (const [mode, share] of [
      ["length", 0.5],
      ["chunked", 0.5],
      ["length", 0.99],
      ["chunked", 0],
      ["length", 0],
    ] as const) {
      const location = await begin();
      await breakOff(
        location,
        bytes.subarray(0, Math.floor(bytes.length * share)),
        mode === "length" ? bytes.length : null,
      );
      const digest = digestOf(bytes);
      expect((await blobOf(digest)).status, `${mode} ${share}`).toBe(404);

      const reached = await offsetOf(location);
      // The broken request may only now be looked at: it holds the upload for a moment.
      const close = { method: "PUT", path: `${location}?digest=${digest}`, body: bytes.subarray(reached) };
      await expect.poll(async () => (await send(close)).status, { timeout: 10_000 }).toBe(201);
      await db().repositoryBlob.deleteMany({ where: { digest } });
    }
  });

  it("is nobody else's, and its owner still completes it (threat row 4)", async () => {
    const bytes = randomBytes(100);
    const location = await begin();
    const other = {
      authorization: `Bearer ${(await personalToken(t.users.operator, ["registry.push", "registry.pull"])).secret}`,
    };
    for (const call of [
      { path: location },
      { method: "PATCH", path: location, body: bytes },
      { method: "PUT", path: `${location}?digest=${digestOf(bytes)}`, body: bytes },
      { method: "DELETE", path: location },
    ]) {
      const answer = await send(call, other);
      expect([answer.status, codeOf(answer)], call.method).toEqual([404, "BLOB_UPLOAD_UNKNOWN"]);
    }
    const closed = await send({ method: "PUT", path: `${location}?digest=${digestOf(bytes)}`, body: bytes });
    expect(closed.status).toBe(201);
  });

  it("that asks to mount another tenant's blob gets an ordinary upload, and the blob stays where it was", async () => {
    const other = await freshTenant();
    const { layer } = await pushImage(other.ctx, other.repository);
    const asked = `${uploads()}?mount=${layer}&from=${other.repository.name}`;
    const answer = await send({ method: "POST", path: asked });
    expect([answer.status, answer.headers["docker-content-digest"]]).toEqual([202, undefined]);
    expect((await blobOf(layer)).status).toBe(404);
  });

  it("whose claim another request took is not committed, and changes nothing", async () => {
    const bytes = randomBytes(400_000);
    const location = await begin();
    const id = location.split("/").at(-1) ?? "";
    const stolen = new PassThrough();
    const closing = sendSlowly(`${location}?digest=${digestOf(bytes)}`, stolen, bytes.length);
    stolen.write(bytes.subarray(0, 200_000));
    await expect.poll(async () => (await db().upload.findUnique({ where: { id } }))?.leaseId ?? null).not.toBeNull();
    await db().upload.update({
      where: { id },
      data: { leaseId: randomUUID(), leasedUntil: new Date(Date.now() + 60_000) },
    });
    stolen.end(bytes.subarray(200_000));

    expect((await closing).status).toBe(409);
    expect((await blobOf(digestOf(bytes))).status).toBe(404);
    expect(await db().upload.count({ where: { id } })).toBe(1);
  });

  it("is gone after DELETE", async () => {
    const location = await begin();
    expect((await send({ method: "DELETE", path: location })).status).toBe(204);
    expect((await send({ path: location })).status).toBe(404);
  });
});

function sendSlowly(target: string, body: PassThrough, length: number): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const headers = { ...robot, "content-length": String(length) };
    const sent = request({ host: "127.0.0.1", port: plane.port, method: "PUT", path: target, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    sent.on("error", reject);
    body.pipe(sent);
  });
}

/** What the store has, whichever it is. */
async function stored(): Promise<string[]> {
  const names: string[] = [];
  for await (const { storageKey } of blobStore().listKeys()) names.push(storageKey);
  for await (const { leftover } of blobStore().listUploads()) names.push(leftover);
  return names.sort();
}

async function offsetOf(location: string): Promise<number> {
  const { headers } = await send({ path: location });
  const last = Number(String(headers.range).split("-")[1]);
  return last === 0 ? 0 : last + 1;
}

/** Sends a part of a PATCH and cuts the connection; waits until the upload can be written to again. */
async function breakOff(location: string, part: Buffer, length: number | null): Promise<void> {
  const framing = length === null ? "transfer-encoding: chunked" : `content-length: ${length}`;
  const head = `PATCH ${location} HTTP/1.1\r\nhost: x\r\nauthorization: ${robot.authorization}\r\n${framing}\r\n\r\n`;
  const chunk =
    length === null && part.length > 0
      ? [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]
      : [part];
  await new Promise<void>((resolve) => {
    const socket = connect(plane.port, "127.0.0.1", () => {
      socket.write(Buffer.concat([Buffer.from(head), ...chunk]), () => setTimeout(() => socket.destroy(), 50));
    });
    socket.once("close", () => resolve());
  });
  const id = location.split("/").at(-1) ?? "";
  await expect
    .poll(async () => (await db().upload.findUnique({ where: { id } }))?.leaseId ?? null, { timeout: 5000 })
    .toBeNull();
}
