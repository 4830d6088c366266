import { Account } from "./account.ts";
import { type AccountOptions, drive, type StripeAccount } from "./driver.ts";
import type { Fault, Hold } from "./faults.ts";
import { pagesFor } from "./pages/pages.ts";
import { type SeenCall, serve } from "./server.ts";
import { asBefore, readState, StateFile } from "./state-file.ts";

export interface StripeLocalOptions extends AccountOptions {
  /** A free one unless given. */
  port?: number;
  /** Loopback unless given. */
  host?: string;
  /** Keeps everything in a file from one start to the next; in memory alone unless given. */
  stateFile?: string;
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

/** Starts a stand-in with one account, or with those of its file. */
export async function startStripeLocal(options: StripeLocalOptions = {}): Promise<StripeLocal> {
  const accounts: StripeAccount[] = [];
  const state = options.stateFile ? new StateFile(options.stateFile, accounts) : null;
  const served = await serve((key) => accounts.find(({ account }) => account.keys.has(key))?.account, {
    ...options,
    pages: pagesFor(accounts),
    onChange: () => state?.changed(),
  });
  const add = (account: Account, about: AccountOptions) => {
    const driven = drive(account, { ...about, baseUrl: served.url });
    accounts.push(driven);
    const deliver = account.onEvent;
    account.onEvent = (event) => {
      deliver(event);
      state?.changed();
    };
    return driven;
  };
  const addAccount = (about: AccountOptions = {}) => add(new Account(about.name ?? "Acme Software"), about);
  const known = options.stateFile ? readState(options.stateFile) : [];
  for (const each of known) add(each.account, asBefore(each, options)).outbox.restore(each.pending);
  return {
    ...(accounts[0] ?? addAccount(options)),
    url: served.url,
    calls: served.calls,
    addAccount,
    fail: (fault) => served.faults.add(fault),
    hold: (path) => served.faults.hold(path),
    stop: async () => {
      await Promise.all(accounts.map(({ outbox }) => outbox.stop()));
      await served.stop();
      await state?.write();
    },
  };
}
