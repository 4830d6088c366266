import { putManifest, type RepositoryName } from "#lib/catalog/index.ts";
import {
  BUNDLE,
  type KeyPair,
  payloadOf,
  SIGN_PREDICATE,
  SIMPLE_SIGNING,
  signed,
  statementBundle,
} from "#lib/signatures/cosign.fixture.ts";
import { digestOf } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { IMAGE, INDEX, pushBlob } from "./push.ts";

export {
  type KeyPair,
  messageBundle,
  newKeyPair,
  payloadOf,
  signed,
  statementBundle,
} from "#lib/signatures/cosign.fixture.ts";

const EMPTY = Buffer.from("{}");

interface SignOptions {
  /**
   * How cosign leaves it: a payload under the image's own tag (the default of versions 1 and 2) or as a referrer, a bundle as a
   * referrer (version 3), or that in the list of a client that takes the registry for an old one.
   */
  as?: "tag" | "referrer" | "bundle" | "list";
  /** What is signed, where it is not the image. */
  payload?: Buffer;
  /** What a bundle says, where it is no signature. */
  predicateType?: string;
  /** More layers of the same, in front of it. */
  before?: number;
}

/** Signs an image as `cosign sign --key` does. @returns the signature's digest */
export async function signImage(
  ctx: Ctx,
  { repository, digest }: { repository: RepositoryName; digest: string },
  {
    pair,
    as = "tag",
    payload = payloadOf(digest),
    predicateType = SIGN_PREDICATE,
    before = 0,
  }: SignOptions & { pair: KeyPair },
): Promise<string> {
  const bundled = as === "bundle" || as === "list";
  const content = bundled ? statementBundle(pair, digest, predicateType) : payload;
  for (const blob of [EMPTY, content]) await pushBlob(ctx, repository, blob);
  const annotations = { "dev.cosignproject.cosign/signature": signed(pair, payload) };
  const layer = { mediaType: bundled ? BUNDLE : SIMPLE_SIGNING, digest: digestOf(content), size: content.length };
  const wrong = { ...layer, annotations: { "dev.cosignproject.cosign/signature": "MEUCIQD6" } };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: IMAGE,
      ...kindOf(as, digest),
      ...(bundled && { annotations: { "dev.sigstore.bundle.predicateType": predicateType } }),
      layers: [...Array(before).fill(wrong), bundled ? layer : { ...layer, annotations }],
    }),
  );
  const put = (body: Buffer, contentType: string, reference: string) =>
    putManifest(ctx, { repository, reference, contentType, bytes: body });
  const tag = digest.replace(":", "-");
  const made = await put(bytes, IMAGE, as === "tag" ? `${tag}.sig` : digestOf(bytes));
  if (as !== "list") return made.digest;
  const manifests = [{ mediaType: IMAGE, digest: made.digest, size: bytes.length, artifactType: BUNDLE }];
  await put(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests })), INDEX, tag);
  return made.digest;
}

function kindOf(as: SignOptions["as"], digest: string): object {
  const config = (mediaType: string) => ({ mediaType, digest: digestOf(EMPTY), size: EMPTY.length });
  const subject = { mediaType: IMAGE, digest, size: 1 };
  if (as === "tag") return { config: config("application/vnd.oci.image.config.v1+json") };
  if (as === "referrer") return { config: config("application/vnd.dev.cosign.artifact.sig.v1+json"), subject };
  const own = { artifactType: BUNDLE, config: config("application/vnd.oci.empty.v1+json") };
  return as === "list" ? own : { ...own, subject };
}
