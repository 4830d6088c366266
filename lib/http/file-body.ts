import { type FileHandle, open } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { isMounted } from "./body.ts";

/** A file or a part of one, as a response's body. */
export interface FileBody {
  path: string;
  /** The first byte. */
  start: number;
  /** How many bytes. */
  length: number;
}

/** A body that is open, and is sent or closed by the mount. */
export interface OpenBody {
  /** Copies it to the socket and closes it. Stops when the client goes or stalls. */
  send(outgoing: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

const bodies = new WeakMap<Response, OpenBody>();
// Small buffers first: hundreds of stalled downloads fit into memory, and 4 kB/s is not taken for a stall. Who took more
// than the sockets in between can hold is really reading, and large ones copy it a third faster.
const SMALL_BYTES = 128 * 1024;
const LARGE_BYTES = 512 * 1024;
const LARGE_AFTER_BYTES = 16 * 1024 * 1024;
const IDLE_MS = 30_000;

interface Init {
  status: number;
  headers: Record<string, string>;
}

/**
 * A response whose body is a file, opened here, so that a failure still has an answer of its own. The mount copies it
 * with two reused buffers; under any other server (`next dev`) it is a stream from the start.
 */
export async function fileResponse(request: Request, file: FileBody, init: Init): Promise<Response> {
  const handle = await open(file.path, "r");
  if (!isMounted(request)) return new Response(streamOf(handle, file), init);
  return opened(init, { copyTo: (outgoing) => copy(handle, file, outgoing), close: () => handle.close() });
}

/** A response whose body is a stream of `content-length` bytes, given on no faster than the client takes it. */
export async function streamResponse(request: Request, stream: Readable, init: Init): Promise<Response> {
  if (!isMounted(request)) return new Response(Readable.toWeb(stream) as ReadableStream, init);
  const length = Number(init.headers["content-length"]);
  return opened(init, {
    copyTo: (outgoing) => passOn(stream, length, outgoing),
    close: async () => void stream.destroy(),
  });
}

function streamOf(handle: FileHandle, { start, length }: FileBody): ReadableStream | null {
  if (length === 0) return null;
  return Readable.toWeb(handle.createReadStream({ start, end: start + length - 1 })) as ReadableStream;
}

/** A response's body where the mount must send it itself. */
export function openBodyOf(response: Response): OpenBody | undefined {
  return bodies.get(response);
}

interface Source {
  copyTo(outgoing: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

function opened(init: Init, { copyTo, close }: Source): Response {
  const response = new Response(null, init);
  const send = async (outgoing: ServerResponse) => {
    try {
      await copyTo(outgoing);
      outgoing.end();
    } catch (error) {
      outgoing.destroy(error as Error);
    } finally {
      await close();
    }
  };
  bodies.set(response, { send, close });
  return response;
}

// A store that sends more or less than its row says must not have the rest taken for the next answer.
async function passOn(stream: Readable, length: number, outgoing: ServerResponse): Promise<void> {
  let left = length;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    left -= chunk.length;
    if (left < 0) break;
    await write(outgoing, chunk);
  }
  if (left !== 0) throw new Error("the store's stream has another length than its row says");
}

// One buffer is read while the other is written.
async function copy(handle: FileHandle, { start, length }: FileBody, outgoing: ServerResponse): Promise<void> {
  const end = start + length;
  let position = start;
  let buffers = pairOf(Math.min(SMALL_BYTES, length));
  const read = async (turn: number) => {
    if (buffers[0].length === SMALL_BYTES && position - start >= LARGE_AFTER_BYTES) buffers = pairOf(LARGE_BYTES);
    const buffer = buffers[turn % 2 === 0 ? 0 : 1];
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) throw new Error("the file is shorter than its row says");
    position += bytesRead;
    return buffer.subarray(0, bytesRead);
  };
  let next = read(0);
  for (let turn = 1; ; turn++) {
    const chunk = await next;
    const last = position >= end;
    if (!last) {
      next = read(turn);
      // Awaited below; a client that goes away first must not leave it unhandled.
      next.catch(() => undefined);
    }
    await write(outgoing, chunk);
    if (last) return;
  }
}

function pairOf(bytes: number): readonly [Buffer, Buffer] {
  return [Buffer.allocUnsafe(bytes), Buffer.allocUnsafe(bytes)];
}

// Resolves when the socket has taken the bytes: only then may the buffer be filled again.
function write(outgoing: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (outgoing.destroyed) return reject(new Error("the client went away"));
    const stalled = setTimeout(() => gone(new Error("the client took nothing for 30 s")), IDLE_MS);
    const onClose = () => gone(new Error("the client went away"));
    const settle = () => {
      clearTimeout(stalled);
      outgoing.off("close", onClose);
    };
    const gone = (error: Error) => {
      settle();
      reject(error);
    };
    outgoing.once("close", onClose);
    outgoing.write(chunk, (error) => {
      if (error) return gone(error);
      settle();
      resolve();
    });
  });
}
