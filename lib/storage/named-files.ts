import type { Readable } from "node:stream";

/**
 * Whole files under names of ours, beside the blobs: what has no digest to be found by. Names are `a/b/c` of letters,
 * digits, dots and dashes.
 */
export interface NamedFiles {
  /**
   * Keeps a stream as a file, durable before it returns; what had the name is replaced then and not before. A stream that
   * breaks leaves nothing. @returns how many bytes it has
   */
  write(name: string, source: Readable): Promise<number>;
  /** A file's bytes, or some of them. @throws not_found */
  read(name: string, range?: { start: number; length: number }): Promise<Readable>;
  /** How many bytes a file has; null where there is none. */
  size(name: string): Promise<number | null>;
  /** Removes a file; one that is not there is gone already. */
  remove(name: string): Promise<void>;
  /** Every file below a name, with what broken writes left. */
  list(prefix: string): AsyncIterable<{ name: string; changedAt: Date }>;
}

const NAME = /^[a-z0-9][a-z0-9.-]*(?:\/[a-z0-9][a-z0-9.-]*)*$/;

/** @throws for a name that could lead elsewhere */
export function checkedName(name: string): string {
  if (!NAME.test(name)) throw new Error("not a file's name");
  return name;
}
