import { z } from "zod";
import { isDigest } from "#lib/storage/index.ts";
import { AppError } from "../errors.ts";

/** A descriptor of the OCI image specification ("OCI Content Descriptors"). */
const Descriptor = z.object({
  mediaType: z.string().min(1).max(255),
  digest: z.string().refine(isDigest, "is not a sha256 or sha512 digest"),
  size: z.number().int().min(0),
  urls: z.array(z.string()).optional(),
});

const Body = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().max(255).optional(),
  artifactType: z.string().max(255).optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(Descriptor).optional(),
  subject: Descriptor.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

// image-spec, "Guidelines for Artifact Usage": a config without content says nothing of what the artifact is.
const EMPTY = "application/vnd.oci.empty.v1+json";

/** More than any image or index that is built has, and few enough to keep in a moment. */
const REFERENCES_MAX = 2000;

type Kind = "image" | "index";

const MEDIA_TYPES: ReadonlyMap<string, Kind> = new Map([
  ["application/vnd.oci.image.manifest.v1+json", "image"],
  ["application/vnd.oci.image.index.v1+json", "index"],
  ["application/vnd.docker.distribution.manifest.v2+json", "image"],
  ["application/vnd.docker.distribution.manifest.list.v2+json", "index"],
]);

export interface Reference {
  digest: string;
  size: number;
  kind: "config" | "layer" | "manifest";
  /** Whether the bytes may lie elsewhere (a layer with `urls`, image-spec "Non-Distributable Layers"). */
  foreign: boolean;
}

export interface ParsedManifest {
  mediaType: string;
  artifactType: string | null;
  subjectDigest: string | null;
  references: Reference[];
}

/**
 * Reads a pushed manifest as distribution-spec 1.1, "Pushing Manifests", and image-spec define it.
 * @param contentType the request's Content-Type, which the body must not contradict
 * @throws invalid with reason MANIFEST_INVALID and what is wrong
 */
export function parseManifest(bytes: Buffer, contentType: string): ParsedManifest {
  const mediaType = contentType.split(";")[0]?.trim() ?? "";
  const kind = MEDIA_TYPES.get(mediaType);
  if (!kind) throw manifestInvalid(`the media type ${mediaType || "(none)"} is not one of a manifest or an index`);
  const body = parseBody(bytes);
  if (body.mediaType !== undefined && body.mediaType !== mediaType) {
    throw manifestInvalid(`mediaType is ${body.mediaType}, but the Content-Type is ${mediaType}`);
  }
  checkShape(body, kind);
  return {
    mediaType,
    artifactType: body.artifactType || body.config?.mediaType || null,
    subjectDigest: body.subject?.digest ?? null,
    references: referencesOf(body),
  };
}

function checkShape(body: z.output<typeof Body>, kind: Kind): void {
  if (body.manifests && (body.layers || body.config)) {
    throw manifestInvalid("it has both manifests and layers: it must be an index or an image");
  }
  if (kind === "index" && !body.manifests) throw manifestInvalid("an index needs manifests");
  if (kind === "image" && !(body.config && body.layers)) throw manifestInvalid("an image needs config and layers");
  if (body.config?.mediaType === EMPTY && !body.artifactType) {
    throw manifestInvalid("its config is empty, so it needs an artifactType");
  }
}

function parseBody(bytes: Buffer): z.output<typeof Body> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw manifestInvalid("the body is not JSON in UTF-8", error);
  }
  const result = Body.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw manifestInvalid(`${issue?.path.join(".") || "body"}: ${issue?.message}`);
}

function referencesOf(body: z.output<typeof Body>): Reference[] {
  const of = (kind: Reference["kind"], descriptors: readonly z.output<typeof Descriptor>[] = []) =>
    descriptors.map(({ digest, size, urls }) => ({ digest, size, kind, foreign: (urls?.length ?? 0) > 0 }));
  const all = [
    ...of("config", body.config ? [body.config] : []),
    ...of("layer", body.layers),
    ...of("manifest", body.manifests),
  ];
  if (all.length > REFERENCES_MAX)
    throw manifestInvalid(`it refers to more than ${REFERENCES_MAX} blobs and manifests`);
  const sizes = new Map(all.map(({ digest, size }) => [digest, size]));
  const twice = all.find(({ digest, size }) => sizes.get(digest) !== size);
  if (twice) throw manifestInvalid(`it gives ${twice.digest} two sizes`);
  // The same layer may stand in an image twice; it is one reference.
  return [...new Map(all.map((reference) => [`${reference.kind} ${reference.digest}`, reference])).values()];
}

export function manifestInvalid(problem: string, cause?: unknown): AppError {
  return new AppError("invalid", `The manifest is not valid: ${problem}.`, { reason: "MANIFEST_INVALID", cause });
}
