import { demand } from "#lib/audit/index.ts";
import { currentRequest } from "#lib/http/index.ts";
import { findTeamActor, isTokenSecret, type Principal } from "#lib/identity/index.ts";
import { readUploadTicket, type TicketHolder } from "#lib/uploads/index.ts";
import type { Ctx } from "../context.ts";
import { notFound, unauthenticated } from "../errors.ts";
import { checked } from "./checked.ts";
import { apiCaller, apiContext, bearerOf, queryOf } from "./context.ts";
import type { Operation } from "./operation.ts";

/** Who calls: by an access token, or by the ticket of an upload, which opens that one alone. */
export interface Caller {
  principal: Principal;
  ticket: TicketHolder | null;
}

/** @throws unauthenticated */
export async function callerOf(request: Request, operation: Operation | undefined): Promise<Caller> {
  const secret = bearerOf(request);
  const mayBeTicket = operation?.for === "stream" && operation.tickets && secret && !isTokenSecret(secret);
  if (!mayBeTicket) return { principal: await apiCaller(request), ticket: null };
  const ticket = await readUploadTicket(secret);
  if (!ticket) throw unauthenticated("The upload's ticket is wrong or has expired. Ask for another.");
  return { principal: ticket.principal, ticket };
}

type OfStream = Extract<Operation, { for: "stream" }>;

export async function answerStream(
  request: Request,
  caller: Caller,
  { operation, params }: { operation: OfStream; params: Record<string, string> },
): Promise<Response> {
  if (caller.ticket && caller.ticket.uploadId !== params.upload) throw notFound("upload");
  const again = async () => {
    const ctx = await contextOf(request, caller);
    await demand(ctx, operation.needs);
    return ctx;
  };
  const ctx = await again();
  const { tenant: _tenant, ...query } = queryOf(request);
  const asked = checked(operation, { params, query, body: {} });
  return operation.answer({ params: asked.params, query: asked.query, request, ctx, again });
}

async function contextOf(request: Request, { principal, ticket }: Caller): Promise<Ctx> {
  if (!ticket) return apiContext(request, principal);
  const found = await findTeamActor(principal, ticket.tenant);
  if (!found) throw notFound("upload");
  return { ...found, requestId: currentRequest().requestId, now: new Date() };
}
