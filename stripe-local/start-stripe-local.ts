import { Account } from "./account.ts";
import { type AccountOptions, drive, type StripeAccount } from "./driver.ts";
import type { Fault, Hold } from "./faults.ts";
import { type SeenCall, serve } from "./server.ts";

export interface StripeLocalOptions extends AccountOptions {
  /** A free one unless given. */
  port?: number;
  /** Loopback unless given. */
  host?: string;
}

/** A running stand-in. What can happen in its first account are functions of its own; `addAccount` makes others. */
export interface StripeLocal extends StripeAccount {
  url: string;
  /** The calls so far, oldest first. */
  calls: SeenCall[];
  /** Another account with its own key and data. */
  addAccount(options?: AccountOptions): StripeAccount;
  /** Refuses the next calls. */
  fail(fault: Fault): void;
  /** Keeps answers back that are made already: see Faults. */
  hold(path: RegExp): Hold;
  stop(): Promise<void>;
}

/** Starts a stand-in with one account. */
export async function startStripeLocal(options: StripeLocalOptions = {}): Promise<StripeLocal> {
  const accounts: StripeAccount[] = [];
  const served = await serve((key) => accounts.find(({ account }) => account.keys.has(key))?.account, options);
  const addAccount = (about: AccountOptions = {}) => {
    const account = drive(new Account(about.name ?? "Acme Software"), { ...about, baseUrl: served.url });
    accounts.push(account);
    return account;
  };
  return {
    ...addAccount(options),
    url: served.url,
    calls: served.calls,
    addAccount,
    fail: (fault) => served.faults.add(fault),
    hold: (path) => served.faults.hold(path),
    stop: async () => {
      await Promise.all(accounts.map(({ outbox }) => outbox.stop()));
      await served.stop();
    },
  };
}
