import { Readable } from "node:stream";
import { ReadableStream as NodeStream } from "node:stream/web";

/** Chunks as the web stream that age-encryption takes. */
export function toWeb(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return NodeStream.from<Uint8Array>(chunks) as unknown as ReadableStream<Uint8Array>;
}

export function fromWeb(stream: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream as unknown as NodeStream<Uint8Array>);
}
