import { db } from "#lib/db/index.ts";
import { freshTenant, newRelease, robotToken } from "#lib/testing/index.ts";
import { listenDataPlane, rawRequest } from "./listen-for-test.ts";

export const TUS = { "tus-resumable": "1.0.0" };
export const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A data plane, a tenant with a draft 2.0.0, a robot that may publish it, and the calls of its uploads. */
export async function openUploads() {
  const plane = await listenDataPlane();
  const t = await freshTenant();
  const { id: releaseId } = await newRelease(t, { version: "2.0.0" });
  const authorization = `Bearer ${(await robotToken(t.ctx, ["release.publish"])).secret}`;
  let names = 0;
  type Headers = Record<string, string>;
  const tus = ([method, path]: readonly [string, string], headers: Headers = {}, body?: Buffer) =>
    rawRequest(plane.port, { method, path, headers: { authorization, ...TUS, ...headers }, ...(body ? { body } : {}) });
  const begin = async (filename: string, size: number, by = authorization) => {
    const metadata = `release ${base64(releaseId)},filename ${base64(filename)},theirs eA==`;
    const headers = { authorization: by, "upload-length": String(size), "upload-metadata": metadata };
    const answer = await tus(["POST", `/v1/uploads?tenant=${t.tenant.slug}`], headers);
    if (answer.status !== 201) throw new Error(answer.body.toString());
    return String(answer.headers.location);
  };
  return {
    ...{ plane, t, releaseId, authorization, tus, begin },
    newName: () => `file-${++names}.bin`,
    fileAt: (name: string, query = "") => `/v1/products/${t.product.slug}/releases/2.0.0/files/${name}${query}`,
    assetCalled: (filename: string) => db().asset.findFirst({ where: { releaseId, filename } }),
    put: (path: string, body: Buffer, headers: Headers = {}) =>
      rawRequest(plane.port, { method: "PUT", path, headers: { authorization, ...headers }, body }),
    patch: ([at, offset]: readonly [string, number], body: Buffer, headers: Headers = {}) => {
      const type = "application/offset+octet-stream";
      return tus(["PATCH", at], { "content-type": type, "upload-offset": String(offset), ...headers }, body);
    },
  };
}
