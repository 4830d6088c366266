import type { Readable } from "node:stream";

/** Hands on a stream's chunks. @returns how the stream broke, or null; @throws what `take` throws */
export async function readAll(
  source: Readable,
  take: (chunk: Buffer) => Promise<void>,
): Promise<{ cause: unknown } | null> {
  const chunks = source.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => ({ done: true, broken: { cause } }) as const);
      if (next.done) return "broken" in next ? next.broken : null;
      await take(next.value as Buffer);
    }
  } finally {
    await chunks.return?.();
  }
}
