import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A small image that any client takes: two layers of files, a config, a manifest. */
export interface DemoImage {
  blobs: { digest: `sha256:${string}`; bytes: Buffer }[];
  manifest: Buffer;
  mediaType: string;
}

/** Builds an OCI image (image-spec 1.1) whose layers hold the given files; the same input gives the same bytes. */
export function demoImage(name: string, layers: readonly Record<string, string>[]): DemoImage {
  const tars = layers.map((files) => tar(files));
  const packed = tars.map((bytes) => gzipSync(bytes, { level: 9 }));
  const config = json({
    created: "2026-01-01T00:00:00Z",
    architecture: "amd64",
    os: "linux",
    config: { Env: ["PATH=/bin"], WorkingDir: "/", Labels: { "org.opencontainers.image.title": name } },
    rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
    history: layers.map((_, at) => ({ created: "2026-01-01T00:00:00Z", created_by: `demo layer ${at + 1}` })),
  });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = json({
    schemaVersion: 2,
    mediaType,
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: packed.map((bytes) => descriptor("application/vnd.oci.image.layer.v1.tar+gzip", bytes)),
  });
  return { blobs: [config, ...packed].map((bytes) => ({ digest: digestOf(bytes), bytes })), manifest, mediaType };
}

function descriptor(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function digestOf(bytes: Buffer): `sha256:${string}` {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

// POSIX ustar: a header of 512 bytes for each file, its bytes filled up to 512, two empty blocks at the end.
function tar(files: Record<string, string>): Buffer {
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
