import { whyOf } from "#lib/access/index.ts";
import { recordRefusal } from "#lib/audit/index.ts";
import { type Access, readAsset } from "#lib/entitlements/index.ts";
import { currentRequest, storedResponse } from "#lib/http/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import type { PublishedAsset } from "#lib/releases/index.ts";
import { blobStore, storeFailure } from "#lib/storage/index.ts";
import { AppError, notFound } from "../errors.ts";

interface AskedFile {
  file: string;
  tenant?: string;
}

/**
 * GET and HEAD of a file.
 * @throws not_found for one that the caller may not know of, there or not; not_entitled or forbidden with the reason
 */
export async function getDownload(request: Request, principal: Principal, asked: AskedFile): Promise<Response> {
  const found = await readAsset(principal, asked.file);
  if (!found || (asked.tenant && asked.tenant !== found.asset.release.tenant.slug)) throw notFound("file");
  const { access, asset } = found;
  await admit(access, asset);
  if (asset.blob.state !== "live") throw notFound("file");
  try {
    return await storedResponse(request, {
      size: Number(asset.size),
      headers: { ...headersOf(asset), ...warningOf(access) },
      linkHeaders: PRIVATE,
      place: () => blobStore().locate(asset.blob.storageKey),
    });
  } catch (error) {
    throw storeFailure(error);
  }
}

const ENTITLEMENT_REASONS: readonly string[] = ["not_entitled", "membership_inactive", "member_suspended"];

async function admit({ decision, tenant, actor }: Access, { id, filename, release }: PublishedAsset): Promise<void> {
  if (decision.allowed) return;
  if (!decision.visible || !tenant) throw notFound("file");
  const entitlement = ENTITLEMENT_REASONS.includes(decision.reason);
  await recordRefusal(
    { tenant, actor, requestId: currentRequest().requestId },
    {
      action: entitlement ? "download.denied_entitlement" : "registry.pull",
      reason: decision.reason,
      subject: { type: "asset", id, label: `${release.product.slug} ${release.version} ${filename}` },
    },
    1,
  );
  throw new AppError(entitlement ? "not_entitled" : "forbidden", decision.message, {
    reason: decision.reason,
    why: whyOf(decision),
  });
}

const PRIVATE = { "cache-control": "private, no-store" } as const;

// Whatever a vendor uploads is never run in a browser that is signed in here (threats.md, row 19).
function headersOf(asset: PublishedAsset) {
  return {
    ...PRIVATE,
    "content-type": "application/octet-stream",
    "content-disposition": attachment(asset.filename),
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "accept-ranges": "bytes",
    etag: `"${asset.blobDigest}"`,
    vary: "Authorization",
  };
}

function warningOf({ decision }: Access): { warning?: string } {
  return decision.warning ? { warning: `299 - "${decision.warning}"` } : {};
}

/** A Content-Disposition with the name in ASCII, and as it is (RFC 6266; RFC 8187). No name breaks out of it. */
export function attachment(filename: string): string {
  const name = filename.toWellFormed().replace(/[\p{Cc}\p{Cf}/\\]/gu, "_") || "download";
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
