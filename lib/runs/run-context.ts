import { type Actor, type Capability, decide, tokenUnfit } from "#lib/access/index.ts";
import { type AccessToken, type OperationRun, query } from "#lib/db/index.ts";
import { roleNow } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import { AppError } from "../errors.ts";

/**
 * Whoever started a run, as they stand to the tenant now.
 * @throws forbidden where they may not do it any more, with the reason
 */
export async function contextOf(run: OperationRun): Promise<Ctx> {
  const tenant = await query((db) =>
    db.tenant.findUniqueOrThrow({
      where: { id: run.tenantId },
      select: { id: true, slug: true, name: true, archivedAt: true },
    }),
  );
  const actor = await actorOf(run, tenant.archivedAt !== null);
  const decision = decide(actor, run.startCapability as Capability);
  if (!decision.allowed) throw new AppError("forbidden", decision.reason);
  return { tenant, actor, requestId: run.requestId, now: new Date() };
}

async function actorOf({ tenantId, startedBy, startedByLabel }: OperationRun, archived: boolean): Promise<Actor> {
  const [type, id = ""] = startedBy.split(":");
  if (type === "user") {
    return { type, id, email: startedByLabel, ...(await roleIn(tenantId, id)), archived };
  }
  if (archived) throw new AppError("forbidden", "This workspace is archived.");
  return type === "token" ? tokenActor(tenantId, id) : { type: "system" };
}

async function tokenActor(tenantId: string, id: string): Promise<Actor> {
  const token = await query((db) =>
    db.accessToken.findFirst({ where: { id }, include: { user: { select: { id: true, email: true } } } }),
  );
  const ended = !token || token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= new Date());
  if (ended) throw new AppError("forbidden", "The token that started it is revoked or has expired.");
  const unfit = await unfitIn(tenantId, token);
  if (unfit) throw new AppError("forbidden", unfit);
  const { kind, name, user } = token;
  const role = user ? await roleIn(tenantId, user.id) : { role: null };
  return { type: "token", id, kind, name, user, scopes: token.scopes as Capability[], ...role };
}

async function unfitIn(tenantId: string, { expiresAt, rotatedAt, createdAt }: AccessToken): Promise<string | null> {
  const tenant = await query((db) => db.tenant.findUnique({ where: { id: tenantId } }));
  return tokenUnfit(tenant, { endless: expiresAt === null, issuedAt: rotatedAt ?? createdAt }, new Date());
}

const roleIn = (tenantId: string, userId: string) => query((db) => roleNow(db, { tenantId, userId }));
