import { openDownload } from "#lib/backup/index.ts";
import { teamFile } from "#lib/web/index.ts";

interface Context {
  params: Promise<{ tenant: string; id: string }>;
}

/** A backup's encrypted file, for whoever may restore it. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { tenant, id } = await params;
  return teamFile(request, tenant, ({ ctx }, asked) => openDownload(ctx, id, asked));
}
