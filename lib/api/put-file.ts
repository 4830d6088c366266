import type { z } from "zod";
import { productNamed } from "#lib/catalog/index.ts";
import { bodyOf, currentRequest } from "#lib/http/index.ts";
import { type AssetRow, type PutAsset, putAsset, releaseNamed } from "#lib/releases/index.ts";
import type { Ctx } from "../context.ts";
import { invalid, notFound } from "../errors.ts";

type Named = Omit<z.input<typeof PutAsset>, "releaseId" | "filename">;

interface Put {
  params: { product: string; version: string; filename: string };
  labels: Named;
  again: () => Promise<Ctx>;
}

/** PUT: a file of a release in one go. 201 where it is new, 200 where the release had it. */
export async function putFile(request: Request, ctx: Ctx, { params, labels, again }: Put): Promise<Response> {
  const product = await productNamed(ctx, decoded(params.product));
  const release = await releaseNamed(ctx, { productId: product.id, version: decoded(params.version) });
  const sha256 = declaredDigest(request, labels.sha256);
  const header = request.headers.get("content-length");
  const length = header === null ? undefined : Number(header);
  const file = { ...labels, sha256, releaseId: release.id, filename: decoded(params.filename) };
  const { asset, changed } = await putAsset(ctx, file, { source: bodyOf(request), length, still: again });
  const headers = {
    "content-type": "application/json",
    "cache-control": "private, no-store",
    "x-request-id": currentRequest().requestId,
  };
  return new Response(JSON.stringify({ ...viewFile(asset), changed }), { status: changed ? 201 : 200, headers });
}

export function viewFile({ id, filename, size, os, arch, sha256, sha512, signsId, createdAt }: AssetRow) {
  return { id, filename, size: Number(size), os, arch, sha256, sha512, signsId, createdAt };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw notFound("release");
  }
}

/**
 * The SHA-256 that the caller says the bytes have, in hex: in the query, or in Repr-Digest or Content-Digest (RFC 9530), whose
 * other algorithms are passed over. @throws invalid where two of them differ, or one is none
 */
function declaredDigest(request: Request, inQuery: string | undefined): string | undefined {
  const said = ["repr-digest", "content-digest"].flatMap((name) => {
    const match = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):/.exec(request.headers.get(name) ?? "");
    return match ? [Buffer.from(match[1] ?? "", "base64").toString("hex")] : [];
  });
  const all = new Set([...(inQuery === undefined ? [] : [inQuery.trim().toLowerCase()]), ...said]);
  if (all.size > 1) throw invalid({ sha256: "is said twice, and not the same" });
  return [...all][0];
}
