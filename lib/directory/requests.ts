import { demand } from "#lib/audit/index.ts";
import { type DirectoryRequest, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { newId } from "../ids.ts";

/** So many are kept of each tenant. */
const KEPT = 200;
/** How often what is older goes: once in so many requests of a process. */
const EVERY = 50;
let noted = 0;

/** Keeps what came of a request of the directory, for whoever looks why something did not arrive. */
export async function noteDirectoryRequest(
  { tenant, requestId }: Pick<Ctx, "tenant" | "requestId">,
  { error, ...request }: { method: string; path: string; status: number; error: string | null },
): Promise<void> {
  const data = { ...request, error: error?.slice(0, 500), path: request.path.slice(0, 500) };
  await query((db) => db.directoryRequest.create({ data: { id: newId(), tenantId: tenant.id, requestId, ...data } }));
  if (++noted % EVERY === 0) await forget(tenant.id);
}

async function forget(tenantId: string): Promise<void> {
  await query(
    (db) => db.$executeRaw`
      DELETE FROM directory_requests WHERE tenant_id = ${tenantId}::uuid AND id < (SELECT id FROM directory_requests
        WHERE tenant_id = ${tenantId}::uuid ORDER BY id DESC OFFSET ${KEPT} LIMIT 1)`,
  );
}

/** The last requests of the directory, the newest first. @throws forbidden without `provider.view` */
export async function listDirectoryRequests(ctx: Ctx, { limit = 25 } = {}): Promise<DirectoryRequest[]> {
  await demand(ctx, "provider.view");
  const where = { tenantId: ctx.tenant.id };
  return query((db) => db.directoryRequest.findMany({ where, orderBy: { id: "desc" }, take: limit }));
}
