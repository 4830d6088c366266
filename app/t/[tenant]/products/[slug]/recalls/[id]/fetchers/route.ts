import { fetchersCsv } from "#lib/recalls/index.ts";
import { teamCsv } from "#lib/web/index.ts";

interface Asked {
  params: Promise<{ tenant: string; id: string }>;
}

/** Who fetched what is recalled, as CSV. */
export async function GET(_request: Request, { params }: Asked): Promise<Response> {
  const { tenant, id } = await params;
  return teamCsv(tenant, async ({ ctx }) => ({
    filename: `fetched-${ctx.now.toISOString().slice(0, 10)}.csv`,
    lines: fetchersCsv(ctx, { recallId: id }),
  }));
}
