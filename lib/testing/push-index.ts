import { putManifest, type RepositoryName } from "#lib/catalog/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { IMAGE, INDEX, imageOf, pushBlob, randomBlob } from "./push.ts";

export interface PushedIndex {
  digest: string;
  children: string[];
  /** A manifest whose subject is the index. */
  signature: string;
}

/** Pushes an index of two images under a tag, and a signature of it. */
export async function pushIndex(ctx: Ctx, repository: RepositoryName, tag: string): Promise<PushedIndex> {
  const put = (bytes: Buffer, contentType: string, reference: string = digestOf(bytes)) =>
    putManifest(ctx, { repository, reference, contentType, bytes });
  const image = async (extra: object = {}) => {
    const [config, layer] = [randomBlob(), randomBlob()];
    for (const blob of [config, layer]) await pushBlob(ctx, repository, blob);
    const bytes = imageOf(config, [layer], extra);
    return { mediaType: IMAGE, digest: (await put(bytes, IMAGE)).digest, size: bytes.length };
  };
  const platforms = [
    { os: "linux", architecture: "amd64" },
    { os: "linux", architecture: "arm64" },
  ] as const;
  const manifests: object[] = [];
  const children: string[] = [];
  for (const platform of platforms) {
    const child = await image();
    manifests.push({ ...child, platform });
    children.push(child.digest);
  }
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  const { digest } = await put(bytes, INDEX, tag);
  const subject = { mediaType: INDEX, digest, size: bytes.length };
  const signature = await image({ subject, artifactType: "application/vnd.example.signature" });
  return { digest, children, signature: signature.digest };
}
