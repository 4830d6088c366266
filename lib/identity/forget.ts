import { query } from "#lib/db/index.ts";
import { forgetUnusedClients } from "./refresh-token.ts";

/** Deletes sessions, container clients' sign-ins and one-time links whose time is over: they opened nothing any more. */
export async function forgetWhatHasEnded(now: Date = new Date()): Promise<void> {
  await query((db) => db.session.deleteMany({ where: { expiresAt: { lt: now } } }));
  await query((db) => db.verificationToken.deleteMany({ where: { expires: { lt: now } } }));
  await forgetUnusedClients(now);
}
