import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { Account, type SavedAccount } from "./account.ts";
import type { AccountOptions, StripeAccount } from "./driver.ts";
import type { DeliveryMode } from "./outbox.ts";

interface Saved {
  account: SavedAccount;
  mode: DeliveryMode;
  /** Events that nobody took yet. */
  pending: string[];
}

const SAVE_AFTER_MS = 300;

/** What a file holds from last time; nothing where there is none. */
export function readState(file: string): { account: Account; mode: DeliveryMode; pending: string[] }[] {
  if (!existsSync(file)) return [];
  const saved = JSON.parse(readFileSync(file, "utf8")) as Saved[];
  return saved.map(({ account, mode, pending }) => ({ account: Account.load(account), mode, pending }));
}

/** Keeps accounts in a file: soon after something changed, and at the end. */
export class StateFile {
  readonly #file: string;
  readonly #accounts: StripeAccount[];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, accounts: StripeAccount[]) {
    this.#file = file;
    this.#accounts = accounts;
  }

  changed(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => void this.write(), SAVE_AFTER_MS);
    this.#timer.unref();
  }

  write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#replace());
    return this.#writing;
  }

  // A new file in the place of the old one: whoever stops us half-way leaves one of them whole.
  async #replace(): Promise<void> {
    const saved = this.#accounts.map(({ account, outbox }) => ({
      account: account.save(),
      mode: outbox.mode,
      pending: outbox.pending.map(({ id }) => id),
    }));
    // Keys of a stand-in open nothing elsewhere, but they are nobody else's business.
    await writeFile(`${this.#file}.new`, JSON.stringify(saved), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }
}

export type Restored = ReturnType<typeof readState>[number];

/** The options under which a restored account goes on as before. */
export function asBefore({ mode }: Restored, options: AccountOptions): AccountOptions {
  return { ...options, webhook: undefined, mode };
}
