import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A small image that any client takes: two layers of files, a config, a manifest. */
export interface DemoImage {
  blobs: { digest: `sha256:${string}`; bytes: Buffer }[];
  manifest: Buffer;
  mediaType: string;
}

interface Options {
  architecture?: string;
  /** What the image runs and with what (image-spec, "Image Configuration"). */
  config?: Record<string, unknown>;
  /** What made each layer, in words. */
  commands?: readonly string[];
  /** gzip's, from 0 for large files that nothing makes smaller. */
  level?: number;
}

type Files = Record<string, string | Buffer>;

/** Builds an OCI image (image-spec 1.1) whose layers hold the given files; the same input gives the same bytes. */
export function demoImage(name: string, layers: readonly Files[], options: Options = {}): DemoImage {
  const tars = layers.map((files) => tar(files));
  const packed = tars.map((bytes) => gzipSync(bytes, { level: options.level ?? 9 }));
  const created = "2026-01-01T00:00:00Z";
  const config = json({
    created,
    architecture: options.architecture ?? "amd64",
    os: "linux",
    config: {
      Env: ["PATH=/bin"],
      WorkingDir: "/",
      Labels: { "org.opencontainers.image.title": name },
      ...options.config,
    },
    rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
    history: layers.map((_, at) => ({ created, created_by: options.commands?.[at] ?? `demo layer ${at + 1}` })),
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: packed.map((bytes) => descriptor("application/vnd.oci.image.layer.v1.tar+gzip", bytes)),
  });
  return {
    blobs: [config, ...packed].map((bytes) => ({ digest: digestOf(bytes), bytes })),
    manifest,
    mediaType: MANIFEST,
  };
}

/** An index of images, each for its platform. */
export function demoIndex(images: readonly { architecture: string; image: DemoImage }[]): DemoImage {
  const manifests = images.map(({ architecture, image }) => ({
    ...descriptor(image.mediaType, image.manifest),
    platform: { os: "linux", architecture },
  }));
  return { blobs: [], manifest: json({ schemaVersion: 2, mediaType: INDEX, manifests }), mediaType: INDEX };
}

/** An artifact that belongs to another manifest: an SBOM, a signature (image-spec, "Guidelines for Artifact Usage"). */
export function demoReferrer(subject: DemoImage, artifactType: string, content: unknown): DemoImage {
  const [empty, bytes] = [json({}), json(content)];
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType,
    config: descriptor("application/vnd.oci.empty.v1+json", empty),
    layers: [descriptor(artifactType, bytes)],
    subject: descriptor(subject.mediaType, subject.manifest),
  });
  return {
    blobs: [empty, bytes].map((blob) => ({ digest: digestOf(blob), bytes: blob })),
    manifest,
    mediaType: MANIFEST,
  };
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";

function descriptor(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The digest of bytes, as a manifest is pushed by. */
export function digestOf(bytes: Buffer): `sha256:${string}` {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

// POSIX ustar: a header of 512 bytes for each file, its bytes filled up to 512, two empty blocks at the end.
function tar(files: Files): Buffer {
  const entries = Object.entries(files).flatMap(([name, text]) => {
    const bytes = Buffer.from(text);
    return [header(name, bytes.length), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(name, 0, 100);
  block.write(octal(0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(1_767_225_600, 12), 136);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
