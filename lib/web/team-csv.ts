import { unstable_rethrow } from "next/navigation";
import { inText } from "./in-text.ts";
import { type Entrance, requireTeam } from "./require.ts";

/** A table as a file: its lines are asked for while it is sent. */
export interface CsvFile {
  /** In ASCII, without what a header would need to quote. */
  filename: string;
  lines: AsyncIterable<string>;
  /** What it is where it isn't CSV. */
  contentType?: string;
}

/**
 * Answers the team with a file of CSV, sent as its lines come. What is refused before the first of them is a sentence
 * with its status; what breaks later breaks off the answer, so that half a table is never taken for a whole one.
 * @throws Next's own notFound() and redirect(), for whoever does not belong
 */
export async function teamCsv(slug: string, load: (entrance: Entrance) => Promise<CsvFile>): Promise<Response> {
  try {
    const { filename, lines, contentType = "text/csv; charset=utf-8" } = await load(await requireTeam(slug));
    const iterator = lines[Symbol.asyncIterator]();
    const first = await iterator.next();
    return new Response(streamed(first, iterator), {
      headers: {
        "content-type": contentType,
        "content-disposition": `attachment; filename="${filename}"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    unstable_rethrow(error);
    return inText(error);
  }
}

function streamed(first: IteratorResult<string>, rest: AsyncIterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | null = first;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = next ?? (await rest.next());
      next = null;
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await rest.return?.();
    },
  });
}
