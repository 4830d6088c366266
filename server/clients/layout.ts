import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { digestOf } from "#lib/storage/index.ts";
import { INDEX } from "#lib/testing/index.ts";
import { type DemoImage, demoImage } from "../../prisma/demo-image.ts";

/** An OCI image layout in a folder (image-spec, "Image Layout"), with a name for each of its manifests. */
export class Layout {
  readonly folder: string;
  readonly #named: object[] = [];

  constructor(folder: string) {
    this.folder = folder;
    for (const algorithm of ["sha256", "sha512"]) {
      mkdirSync(path.join(folder, "blobs", algorithm), { recursive: true });
    }
    writeFileSync(path.join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  }

  /** Adds an image and all that it is made of. @returns the descriptor of its manifest */
  image(name: string, layers: Parameters<typeof demoImage>[1], how?: Parameters<typeof demoImage>[2]) {
    const image: DemoImage = demoImage(name, layers, how);
    for (const { bytes } of image.blobs) this.blob(bytes);
    return { image, descriptor: this.manifest(image.manifest, image.mediaType) };
  }

  index(manifests: object[], extra: object = {}) {
    return this.manifest(
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests, ...extra })),
      INDEX,
    );
  }

  manifest(bytes: Buffer, mediaType: string) {
    return { mediaType, digest: this.blob(bytes), size: bytes.length };
  }

  blob(bytes: Buffer) {
    const digest = digestOf(bytes);
    writeFileSync(this.path(digest), bytes);
    return digest;
  }

  /** Lets clients find a manifest by a name. @returns what skopeo calls it */
  name(name: string, descriptor: object): string {
    this.#named.push({ ...descriptor, annotations: { "org.opencontainers.image.ref.name": name } });
    writeFileSync(path.join(this.folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: this.#named }));
    return `oci:${this.folder}:${name}`;
  }

  path(digest: string): string {
    return path.join(this.folder, "blobs", digest.replace(":", "/"));
  }

  read(digest: string): Buffer {
    return readFileSync(this.path(digest));
  }
}
