import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { freshTenant, robotToken, storedBytes } from "#lib/testing/index.ts";
import { openUploads, TUS } from "./uploads.contract.ts";

const { plane, t, releaseId, authorization, ...calls } = await openUploads();
const { tus, begin, patch, put, newName, fileAt, assetCalled } = calls;
afterAll(() => plane.close());

describe("PUT of a file", () => {
  it("adds it with what is said of it, once; the same again is the same, other bytes are a conflict", async () => {
    const bytes = randomBytes(200_000);
    const first = await put(fileAt("my%20app.tar.gz", "?os=linux&arch=amd64"), bytes);
    expect([first.status, JSON.parse(first.body.toString())]).toMatchObject([
      201,
      { filename: "my app.tar.gz", size: 200_000, sha256: digestOf(bytes).slice(7), os: "linux", changed: true },
    ]);
    expect((await put(fileAt("my%20app.tar.gz"), bytes)).status).toBe(200);
    expect((await put(fileAt("my%20app.tar.gz"), randomBytes(5))).status).toBe(409);
  });

  it("checks the digest that it is told, by any of three names, and keeps nothing of other bytes", async () => {
    const bytes = randomBytes(1000);
    const [hex, name] = [digestOf(bytes).slice(7), newName()];
    const field = `sha-256=:${Buffer.from(hex, "hex").toString("base64")}:`;
    for (const digest of ["repr-digest", "content-digest"]) {
      expect((await put(fileAt(newName()), bytes, { [digest]: field })).status).toBe(201);
      expect((await put(fileAt(name), randomBytes(1000), { [digest]: field })).status).toBe(422);
    }
    expect((await put(fileAt(name, `?sha256=${hex}`), randomBytes(9))).status).toBe(422);
    expect(await assetCalled(name)).toBeNull();
    expect(await db().upload.count({ where: { releaseId } })).toBe(0);
    expect((await put(fileAt(name, `?sha256=${hex.toUpperCase()}`), bytes)).status).toBe(201);
  });

  it.each([
    ["no such release", () => fileAt("a").replace("2.0.0", "9.9.9"), 404],
    ["no such product", () => fileAt("a").replace(t.product.slug, "none"), 404],
    ["a name with a slash", () => fileAt("a%2Fb"), 422],
    ["a name that can't be read", () => fileAt("%ff"), 404],
    ["a field that is none", () => fileAt("a", "?x=1"), 422],
    ["a system that is none", () => fileAt("a", "?os=plan9"), 422],
  ])("is refused for %s", async (_, path, status) => {
    expect((await put(path(), randomBytes(10))).status).toBe(status);
  });

  it("is another's of no right (threat row 5)", async () => {
    const other = await freshTenant();
    const theirs = `Bearer ${(await robotToken(other.ctx, ["release.publish"])).secret}`;
    expect((await put(fileAt("theirs"), randomBytes(9), { authorization: theirs })).status).toBe(404);
    const readonly = `Bearer ${(await robotToken(t.ctx, ["release.view"])).secret}`;
    expect((await put(fileAt("theirs"), randomBytes(9), { authorization: readonly })).status).toBe(403);
    expect(await assetCalled("theirs")).toBeNull();
  });
});

type Broken = {
  framing: "length" | "chunked";
  end: "reset" | "closed";
  share: number;
  headers?: Record<string, string>;
};

const BROKEN: Broken[] = (["length", "chunked"] as const).flatMap((framing) =>
  (["reset", "closed"] as const).flatMap((end) => [0, 0.01, 0.5, 0.99].map((share) => ({ framing, end, share }))),
);

/** Sends a share of a body and ends the connection: with a reset, or as if that were all. */
async function breakOff(line: string, bytes: Buffer, { headers = {}, ...how }: Broken) {
  const part = bytes.subarray(0, Math.floor(bytes.length * how.share));
  const framing = how.framing === "chunked" ? "transfer-encoding: chunked" : `content-length: ${bytes.length}`;
  const all = { host: "x", authorization, ...headers };
  const head = [`${line} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`), framing];
  const isChunk = how.framing === "chunked" && part.length > 0;
  const body = isChunk ? [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")] : [part];
  const socket = connect(plane.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const sent = Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), ...body]);
  await new Promise<void>((resolve) => socket.write(sent, () => resolve()));
  await wait(30); // a reset would overtake what is still on its way
  if (how.end === "reset") socket.resetAndDestroy();
  else socket.end();
  await closed;
}

describe("threat row 18, a file whose body breaks off,", () => {
  it.each(BROKEN.map((how) => [`${how.framing}, ${how.end} at ${how.share * 100} %`, how] as const))(
    "%s, is none, and what was sent by tus is resumed",
    async (_, how) => {
      const [bytes, filename, inOneGo] = [randomBytes(150_000), newName(), newName()];
      const at = await begin(filename, bytes.length);
      const asTus = { ...TUS, "content-type": "application/offset+octet-stream", "upload-offset": "0" };
      await breakOff(`PATCH ${at}`, bytes, { ...how, headers: asTus });
      await breakOff(`PUT ${fileAt(inOneGo)}`, bytes, how);
      const held = { where: { releaseId, leaseId: { not: null } } };
      await expect.poll(() => db().upload.count(held), { timeout: 10_000 }).toBe(0);
      expect([await assetCalled(filename), await assetCalled(inOneGo)]).toEqual([null, null]);
      await expect
        .poll(() => db().upload.count({ where: { releaseId, filename: inOneGo } }), { timeout: 10_000 })
        .toBe(0);
      // The broken request may only now be looked at: it holds the upload for a moment.
      const resume = async () => {
        const offset = Number((await tus(["HEAD", at])).headers["upload-offset"]);
        expect(offset).toBeLessThanOrEqual(Math.floor(bytes.length * how.share));
        return (await patch([at, offset], bytes.subarray(offset))).status;
      };
      await expect.poll(resume, { timeout: 10_000 }).toBe(204);
      const asset = await assetCalled(filename);
      expect((await storedBytes(asset?.blobDigest ?? "")).equals(bytes)).toBe(true);
    },
  );
});
