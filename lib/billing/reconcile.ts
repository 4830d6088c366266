import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { query, transaction } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { conflict, isAppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { log } from "../log.ts";
import { parse } from "../parse.ts";
import { type Account, findAccountOf, listAccounts } from "./account.ts";
import { notConnected } from "./connection.ts";
import { type CustomerDrift, type Drift, differencesOf, findDrift } from "./drift.ts";
import { readAndApply } from "./refresh-customer.ts";

const AT_ONCE = 4;

/** How many customers a page shows and one click converges: what a request has time for. */
export const CONVERGE_MAX = 100;

/**
 * Compares Stripe with the ledger now; `problem` says in words why that can't be done.
 * @throws forbidden without `billing.view`
 */
export async function viewDrift(ctx: Ctx): Promise<{ drift: Drift; problem: null } | { drift: null; problem: string }> {
  await demand(ctx, "billing.view");
  try {
    return { drift: await findDrift(await accountOf(ctx), ctx.now), problem: null };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { drift: null, problem: error.message };
  }
}

export const ConvergeDrift = z.strictObject({
  /** Of the comparison that was looked at. */
  fingerprint: z.string("is missing").regex(/^[0-9a-f]{64}$/, "is none of a comparison"),
});

export interface Converged {
  /** Customers whose rows are as Stripe has it now. */
  customers: number;
  /** Customers who changed since they were compared, or whom nobody here is: left alone. */
  left: number;
}

/**
 * Makes the ledger hold what Stripe says, for the customers of the comparison that was looked at; where anything is different
 * by now, nothing is done.
 * @throws forbidden without `billing.reconcile`; conflict where the comparison is out of date; unavailable
 */
export async function convergeDrift(ctx: Ctx, input: z.input<typeof ConvergeDrift>): Promise<Converged> {
  await demand(ctx, "billing.reconcile");
  const { fingerprint } = parse(ConvergeDrift, input);
  const account = await accountOf(ctx);
  const drift = await findDrift(account, ctx.now);
  if (drift.fingerprint !== fingerprint) {
    throw conflict("Stripe or the ledger has changed since you compared them. Look at the new comparison.", {
      reason: "stale_preview",
    });
  }
  const names = await productNames(ctx.tenant.id);
  const waiting = drift.drifted.slice(0, CONVERGE_MAX);
  const result = { customers: 0, left: drift.drifted.length - waiting.length };
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (await converged(account, { drift: next, names, requestId: ctx.requestId })) result.customers++;
      else result.left++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await transaction((tx) =>
    record(tx, ctx, { action: "billing.reconciled", subject: subjectOf(account), after: result }),
  );
  return result;
}

interface ToConverge {
  drift: CustomerDrift;
  names: ReadonlyMap<string, string>;
  requestId: string;
}

/** Converges one customer, if that does what was shown. Who has no member yet may become one: nothing of theirs is there. */
async function converged(account: Account, { drift, names, requestId }: ToConverge): Promise<boolean> {
  const { customerId, member, differences } = drift;
  const shown = JSON.stringify(differences);
  try {
    const { changes } = await readAndApply({ account, customerId, eventIds: [], requestId }, (now) => {
      if (member && JSON.stringify(differencesOf(now, names)) !== shown) throw conflict("It changed meanwhile.");
    });
    return changes > 0;
  } catch (error) {
    log.warn({ tenant: account.tenant.slug, customerId, error: (error as Error).message }, "drift was left alone");
    return false;
  }
}

/**
 * Compares every tenant's account with its ledger, and only says what it found: in the tenant's audit log and ours.
 * @returns how many tenants have a difference
 */
export async function reportDrift({ signal, now = new Date() }: { signal?: AbortSignal; now?: Date } = {}) {
  let drifted = 0;
  for (const account of await listAccounts()) {
    signal?.throwIfAborted();
    const found = await findDrift(account, now).catch((error: Error) => {
      log.warn({ tenant: account.tenant.slug, error: error.message }, "Stripe could not be compared with the ledger");
      return null;
    });
    if (!found || found.drifted.length === 0) continue;
    drifted++;
    log.warn({ tenant: account.tenant.slug, ...found.counts }, "Stripe and the ledger differ");
    const scope = { tenant: account.tenant, actor: { type: "system" }, requestId: newId() } as const;
    const entry = { action: "billing.drift_found", subject: subjectOf(account), after: found.counts };
    await transaction((tx) => record(tx, scope, entry));
  }
  return { drifted };
}

function subjectOf({ tenant, accountId }: Account) {
  return { type: "stripe_connection", id: tenant.id, label: accountId };
}

async function accountOf(ctx: Ctx): Promise<Account> {
  const account = await findAccountOf(ctx.tenant.id);
  if (!account) throw notConnected();
  return account;
}

async function productNames(tenantId: string): Promise<Map<string, string>> {
  const products = await query((db) => db.product.findMany({ where: { tenantId }, select: { id: true, name: true } }));
  return new Map(products.map(({ id, name }) => [id, name]));
}
