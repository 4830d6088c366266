import { SNAPSHOT_FORMATS } from "#lib/compliance/index.ts";
import { teamCsv } from "#lib/web/index.ts";

interface Context {
  params: Promise<{ tenant: string; id: string }>;
}

/** A snapshot as a file: `?format=json` with its signature, else CSV. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { tenant, id } = await params;
  const format = new URL(request.url).searchParams.get("format") === "json" ? "json" : "csv";
  return teamCsv(tenant, ({ ctx }) => SNAPSHOT_FORMATS[format](ctx, id));
}
