import { hasOutbox, listOutbox, type OutboxLetter } from "#lib/mail/index.ts";
import type { AccountCtx } from "../context.ts";
import { notFound } from "../errors.ts";
import { demandInstanceAdmin } from "./demand-admin.ts";

/**
 * The last letters that nobody sent, the newest first.
 * @throws not_found for whoever is no instance admin, and where an SMTP server sends letters: there is no outbox then
 */
export async function listOutboxLetters(ctx: AccountCtx): Promise<OutboxLetter[]> {
  await demandInstanceAdmin(ctx);
  if (!hasOutbox()) throw notFound("page");
  return listOutbox();
}
