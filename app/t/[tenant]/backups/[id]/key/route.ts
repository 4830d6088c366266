import { Readable } from "node:stream";
import { readKey } from "#lib/backup/index.ts";
import { teamFile } from "#lib/web/index.ts";

interface Context {
  params: Promise<{ tenant: string; id: string }>;
}

/** The key of a backup, which its passphrase opens. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { tenant, id } = await params;
  return teamFile(request, tenant, async ({ ctx }) => {
    const key = Buffer.from(await readKey(ctx, id));
    const read = async (range = { start: 0, length: key.length }) =>
      Readable.from([key.subarray(range.start, range.start + range.length)]);
    return { filename: "key.age", bytes: key.length, read };
  });
}
