import { randomBytes } from "node:crypto";
import { Upload } from "tus-js-client";
import { afterAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { ticketForUpload } from "#lib/releases/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { personalToken, robotToken, storedBytes } from "#lib/testing/index.ts";
import { rawRequest } from "./listen-for-test.ts";
import { base64, openUploads, TUS } from "./uploads.contract.ts";

const { plane, t, releaseId, authorization, ...calls } = await openUploads();
const { tus, begin, patch, newName, assetCalled } = calls;
afterAll(() => plane.close());

describe("an upload by tus", () => {
  it("tells what the server can, and speaks its own version alone", async () => {
    const options = await rawRequest(plane.port, { method: "OPTIONS", path: "/v1/uploads" });
    const extensions = "creation,expiration,termination";
    expect([options.status, options.headers]).toMatchObject([
      204,
      { "tus-version": "1.0.0", "tus-extension": extensions },
    ]);
    const answer = await tus(["POST", "/v1/uploads"], { "tus-resumable": "0.2.2" });
    expect([answer.status, answer.headers["tus-version"]]).toEqual([412, "1.0.0"]);
  });

  it("is resumed by a tus client that was killed, and becomes the file", async () => {
    const bytes = randomBytes(3_000_000);
    const filename = newName();
    const options = {
      headers: { Authorization: authorization },
      metadata: { release: releaseId, filename, sha256: digestOf(bytes).slice(7), os: "linux", arch: "arm64" },
      chunkSize: 500_000,
      retryDelays: null,
    };
    const uploadUrl = await new Promise<string>((resolve, reject) => {
      const upload: Upload = new Upload(bytes, {
        ...options,
        endpoint: `${plane.url}/v1/uploads`,
        onError: reject,
        onChunkComplete: (_size, accepted) => {
          if (accepted >= 1_000_000) void upload.abort().then(() => resolve(upload.url ?? ""));
        },
      });
      upload.start();
    });
    expect(await assetCalled(filename)).toBeNull();
    await new Promise<void>((resolve, reject) => {
      // Whoever was killed in the middle of a chunk is still writing for a moment.
      const again = { ...options, retryDelays: [50, 100, 200, 400, 800], uploadUrl };
      new Upload(bytes, { ...again, onError: reject, onSuccess: () => resolve() }).start();
    });
    const asset = await assetCalled(filename);
    expect(asset).toMatchObject({ os: "linux", arch: "arm64", sha512: digestOf(bytes, "sha512").slice(7) });
    expect((await storedBytes(asset?.blobDigest ?? "")).equals(bytes)).toBe(true);
    const head = await tus(["HEAD", new URL(uploadUrl).pathname]);
    expect([head.status, head.headers["upload-offset"], head.headers["upload-length"]]).toEqual([
      200,
      "3000000",
      "3000000",
    ]);
  });

  it("refuses what is no next chunk, and goes on from where it was", async () => {
    const filename = newName();
    const at = await begin(filename, 100);
    const bytes = randomBytes(100);
    expect((await patch([at, 0], bytes.subarray(0, 60))).headers).toMatchObject({ "upload-offset": "60" });
    expect((await patch([at, 0], bytes)).status).toBe(409);
    expect((await patch([at, 60], randomBytes(41))).status).toBe(413);
    expect((await patch([at, 60], bytes.subarray(60), { "content-type": "text/plain" })).status).toBe(415);
    expect((await tus(["PATCH", at], { "content-type": "application/offset+octet-stream" }, bytes)).status).toBe(400);
    const head = await tus(["HEAD", at]);
    expect(head.headers).toMatchObject({
      "upload-offset": "60",
      "cache-control": "private, no-store",
      "tus-resumable": "1.0.0",
    });
    expect(Date.parse(String(head.headers["upload-expires"]))).toBeGreaterThan(Date.now());
    const last = await patch([at, 60], bytes.subarray(60));
    const asset = await assetCalled(filename);
    expect([last.status, last.headers["content-location"]]).toEqual([204, `/v1/downloads/${asset?.id}`]);
  });

  it.each([
    ["more bytes than a file may have", { "upload-length": "500000000001" }, "413 A file may have 500000000000 bytes"],
    ["a release that is missing", { "upload-metadata": `filename ${base64("a")}` }, "422 release: is missing"],
    [
      "a release that is none",
      { "upload-metadata": `release eA==,filename ${base64("a")}` },
      "422 release: is not an id",
    ],
  ])("is not begun for %s, in the client's own words", async (_, headers, words) => {
    const all = { "upload-length": "5", "upload-metadata": `release ${base64(releaseId)},filename ${base64("a")}` };
    const { status, body } = await tus(["POST", `/v1/uploads?tenant=${t.tenant.slug}`], { ...all, ...headers });
    expect(`${status} ${JSON.parse(body.toString()).detail}`).toContain(words);
  });

  it("of no bytes is a file at once, however its nought is written; one that is given up is gone", async () => {
    const empty = newName();
    await begin(empty, 0);
    expect(await assetCalled(empty)).toMatchObject({ size: 0n });
    const noughts = {
      "upload-length": "00",
      "upload-metadata": `release ${base64(releaseId)},filename ${base64("00")}`,
    };
    await tus(["POST", `/v1/uploads?tenant=${t.tenant.slug}`], noughts);
    expect(await assetCalled("00")).toMatchObject({ size: 0n });
    const at = await begin(newName(), 10);
    expect((await tus(["DELETE", at])).status).toBe(204);
    for (const answer of [await tus(["HEAD", at]), await tus(["DELETE", at]), await patch([at, 0], randomBytes(10))]) {
      expect(answer.status).toBe(404);
    }
  });

  it("answers to who began it alone (threat row 4)", async () => {
    const at = await begin(newName(), 10);
    const bob = `Bearer ${(await robotToken(t.ctx, ["release.publish"])).secret}`;
    for (const answer of [
      await tus(["HEAD", at], { authorization: bob }),
      await tus(["DELETE", at], { authorization: bob }),
      await patch([at, 0], randomBytes(10), { authorization: bob }),
    ]) {
      expect(answer.status).toBe(404);
    }
    expect((await patch([at, 0], randomBytes(10))).status).toBe(204);
  });
});

describe("an upload's ticket", () => {
  const ask = (size: number) => ticketForUpload(t.ctx, { releaseId, filename: newName(), size });
  const bearer = (ticket: string) => ({ authorization: `Bearer ${ticket}` });

  it("opens its upload and nothing else, for as long as its holder may", async () => {
    const [mine, other] = [await ask(10), await ask(10)];
    const with_ = bearer(mine.ticket);
    expect((await tus(["HEAD", mine.url], with_)).status).toBe(200);
    expect((await patch([mine.url, 0], randomBytes(4), with_)).status).toBe(204);
    expect((await tus(["HEAD", other.url], with_)).status).toBe(404);
    for (const path of ["/v1/products", "/v1/uploads", "/v1/downloads", "/v2/"]) {
      const headers = { ...with_, ...TUS };
      expect(
        (await rawRequest(plane.port, { path, headers, method: path === "/v1/uploads" ? "POST" : "GET" })).status,
      ).toBe(401);
    }
    const place = { tenantId_userId: { tenantId: t.tenant.id, userId: t.users.owner.id } };
    await db().tenantMembership.update({ where: place, data: { role: "readonly" } });
    expect((await patch([mine.url, 4], randomBytes(6), with_)).status).toBe(403);
    await db().tenantMembership.update({ where: place, data: { role: "owner" } });
    await db().user.update({ where: { id: t.users.owner.id }, data: { sessionVersion: 1 } });
    expect((await patch([mine.url, 4], randomBytes(6), with_)).status).toBe(404);
    await db().user.update({ where: { id: t.users.owner.id }, data: { sessionVersion: 0 } });
    expect((await patch([mine.url, 4], randomBytes(6), with_)).status).toBe(204);
  });

  it("is renewed for the upload that is under way, and can't be changed", async () => {
    const file = { releaseId, filename: newName(), size: 10 };
    const first = await ticketForUpload(t.ctx, file);
    const again = await ticketForUpload(t.ctx, { ...file, uploadId: first.uploadId });
    expect(again.uploadId).toBe(first.uploadId);
    expect((await ticketForUpload(t.ctx, { ...file, size: 11, uploadId: first.uploadId })).uploadId).not.toBe(
      first.uploadId,
    );
    const [head, body, mac] = again.ticket.split(".");
    const other = base64(JSON.stringify({ ...JSON.parse(Buffer.from(body ?? "", "base64url").toString()), sv: 9 }));
    expect((await tus(["HEAD", again.url], bearer(`${head}.${other.replace(/=+$/, "")}.${mac}`))).status).toBe(401);
    await expect(ticketForUpload(t.as("readonly"), file)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is for a person: what a token of theirs began is not theirs", async () => {
    const { secret } = await personalToken(t.users.owner, ["release.publish"]);
    const at = await begin(newName(), 10, `Bearer ${secret}`);
    const uploadId = new URL(at, plane.url).pathname.split("/").at(-1) ?? "";
    const { url } = await ticketForUpload(t.ctx, { releaseId, filename: newName(), size: 10, uploadId });
    expect(url).not.toContain(uploadId);
  });
});
