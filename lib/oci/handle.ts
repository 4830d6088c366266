import { decideAccess } from "#lib/entitlements/index.ts";
import { rawPathOf } from "#lib/http/index.ts";
import { AppError } from "../errors.ts";
import { getBlob } from "./blobs.ts";
import { callerOf } from "./caller.ts";
import { getCatalog } from "./catalog.ts";
import { removeBlob, removeManifest } from "./deletions.ts";
import { ociError, REGISTRY_HEADERS } from "./errors.ts";
import { getManifest, pushManifest } from "./manifests.ts";
import { parsePath, type Target } from "./path.ts";
import { getReferrers } from "./referrers.ts";
import { getTags } from "./tags.ts";
import { abandonUpload, beginUpload, closeUpload, patchUpload, uploadStatus } from "./uploads.ts";

/** The registry: every request under /v2 (OCI distribution specification 1.1, "API"). */
export async function handleOci(request: Request): Promise<Response> {
  const target = parsePath(rawPathOf(request));
  try {
    if (!target) {
      await liveCaller(request);
      throw new AppError("not_found", "The registry has no such endpoint.", { reason: "NAME_UNKNOWN" });
    }
    return await dispatch(request, target);
  } catch (error) {
    return ociError(error, target ? scopeOf(request, target) : undefined);
  }
}

type Handlers = {
  [K in Target["kind"]]: Record<string, (request: Request, target: Extract<Target, { kind: K }>) => Promise<Response>>;
};

const HANDLERS: Handlers = {
  ping: { GET: ping, HEAD: ping },
  manifest: { GET: getManifest, HEAD: getManifest, PUT: pushManifest, DELETE: removeManifest },
  blob: { GET: getBlob, HEAD: getBlob, DELETE: removeBlob },
  uploads: { POST: beginUpload },
  upload: { GET: uploadStatus, HEAD: uploadStatus, PATCH: patchUpload, PUT: closeUpload, DELETE: abandonUpload },
  tags: { GET: getTags, HEAD: getTags },
  referrers: { GET: getReferrers, HEAD: getReferrers },
  catalog: { GET: getCatalog, HEAD: getCatalog },
};

/** Every operation of the registry, as `PUT manifest`. */
export const OCI_ENDPOINTS: readonly string[] = Object.entries(HANDLERS).flatMap(([kind, methods]) =>
  Object.keys(methods).map((method) => `${method} ${kind}`),
);

async function dispatch<K extends Target["kind"]>(
  request: Request,
  target: Extract<Target, { kind: K }>,
): Promise<Response> {
  const handler = HANDLERS[target.kind as K][request.method];
  if (handler) return handler(request, target);
  await liveCaller(request);
  throw new AppError("invalid", `${request.method} is not supported here.`, { reason: "UNSUPPORTED" });
}

async function ping(request: Request): Promise<Response> {
  await liveCaller(request);
  return new Response("{}", { status: 200, headers: { ...REGISTRY_HEADERS, "content-type": "application/json" } });
}

/** A caller whose token holds now, where no decision about a repository would find that out. */
async function liveCaller(request: Request): Promise<void> {
  await decideAccess(await callerOf(request), { name: "", tenant: "", product: "" }, "registry.pull");
}

// distribution docs/spec/auth/scope.md. An upload is given up by who pushes.
function actionsOf(request: Request, target: Target): string {
  if (PULLS.has(request.method)) return "pull";
  return request.method === "DELETE" && target.kind !== "upload" ? "delete" : "pull,push";
}

const PULLS = new Set(["GET", "HEAD"]);

function scopeOf(request: Request, target: Target): string | undefined {
  if (target.kind === "ping") return undefined;
  if (target.kind === "catalog") return "registry:catalog:*";
  if (!/^[a-z0-9._/-]{1,255}$/.test(target.name)) return undefined;
  return `repository:${target.name}:${actionsOf(request, target)}`;
}
