import type { Tx, User } from "#lib/db/index.ts";
import { conflict } from "../errors.ts";
import { configuredProviders } from "./providers.ts";

/**
 * Asks that an account has two ways in, since one is about to go. A provider that the settings no longer name is none.
 * The caller holds the account's lock (lockOwn), or two removals at once would take both.
 * @throws conflict
 */
export async function demandAnotherWayIn(tx: Tx, { id, passwordHash }: User): Promise<void> {
  const passkeys = await tx.passkey.count({ where: { userId: id } });
  const provider = { in: configuredProviders().map(({ key }) => key) };
  const accounts = await tx.account.count({ where: { userId: id, provider } });
  if (passkeys + accounts + (passwordHash ? 1 : 0) > 1) return;
  throw conflict("This is the only way to sign in to the account. Set a password or add a passkey first.");
}
