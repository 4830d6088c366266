import { runEvents } from "#lib/web/index.ts";

interface Context {
  params: Promise<{ tenant: string; id: string }>;
}

/** How a run goes on, as server-sent events. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { tenant, id } = await params;
  return runEvents({ request, slug: tenant, runId: id });
}
