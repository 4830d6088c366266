import { exportInsight } from "#lib/insight/index.ts";
import { teamCsv } from "#lib/web/index.ts";

interface Context {
  params: Promise<{ tenant: string }>;
}

/** A table of insight, whole, as CSV. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const asked = Object.fromEntries(new URL(request.url).searchParams);
  return teamCsv((await params).tenant, ({ ctx }) => exportInsight(ctx, asked));
}
