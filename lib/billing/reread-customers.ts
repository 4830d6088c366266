import { query, type StripeReread, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { isAppError } from "../errors.ts";
import { log } from "../log.ts";
import { type Account, findAccountOf } from "./account.ts";
import { customersOf } from "./preview-price.ts";
import { refreshCustomer } from "./refresh-customer.ts";

const AT_ONCE = 4;
const ATTEMPTS_MAX = 15;

/**
 * Has customers read again, since what was decided about them changed: those who bought a price, or where none is named
 * every member who is a customer. It stands with that change in one transaction; a job does it.
 */
export async function requestReread(
  tx: Tx,
  { tenant, requestId }: Pick<Ctx, "tenant" | "requestId">,
  priceId: string | null,
): Promise<void> {
  await tx.stripeReread.create({ data: { tenantId: tenant.id, priceId, requestId } });
}

/**
 * Reads again whoever is to be read again, one tenant's after the other. What fails because Stripe is away is tried again,
 * less and less often, for some ten hours; what is left then, the drift page shows.
 * @returns how many requests are done
 */
export async function rereadCustomers({ signal }: { signal?: AbortSignal } = {}): Promise<{ done: number }> {
  let done = 0;
  for (const due of await findDue()) {
    if (signal?.aborted) break;
    // What was asked for in the middle is a row of its own: these see what was decided before them.
    const all = await reread(due, signal).catch((error: Error) => failed(due, error));
    if (all) done++;
    else if (!signal?.aborted) await later(due);
  }
  return { done };
}

function findDue(): Promise<StripeReread[]> {
  return query(
    (db) => db.$queryRaw<StripeReread[]>`
      SELECT id, tenant_id AS "tenantId", price_id AS "priceId", request_id AS "requestId",
        requested_at AS "requestedAt", attempts
      FROM stripe_rereads
      WHERE requested_at + attempts * attempts * attempts * interval '10 seconds' < now() ORDER BY id LIMIT 500`,
  );
}

/** Whether everybody was read. */
async function reread(due: StripeReread, signal?: AbortSignal): Promise<boolean> {
  const account = await findAccountOf(due.tenantId);
  const waiting = account ? await customersIn(due) : [];
  let away = 0;
  const work = async (from: Account) => {
    for (let id = waiting.pop(); id && !signal?.aborted; id = waiting.pop()) {
      if (!(await isRead(from, id, due))) away++;
    }
  };
  if (account) await Promise.all(Array.from({ length: AT_ONCE }, () => work(account)));
  if (away > 0 || signal?.aborted) return false;
  await query((db) => db.stripeReread.deleteMany({ where: { id: due.id } }));
  return true;
}

async function customersIn({ tenantId, priceId }: StripeReread): Promise<string[]> {
  if (priceId) return customersOf(tenantId, priceId);
  const where = { tenantId, stripeCustomerId: { not: null } };
  const members = await query((db) => db.member.findMany({ where, select: { stripeCustomerId: true } }));
  return members.flatMap(({ stripeCustomerId }) => stripeCustomerId ?? []);
}

/** False where it is worth another try. */
async function isRead(account: Account, customerId: string, { requestId }: StripeReread): Promise<boolean> {
  try {
    await refreshCustomer(account, customerId, { requestId });
    return true;
  } catch (error) {
    log.warn({ tenant: account.tenant.slug, customerId, error: (error as Error).message }, "a customer was not read");
    // Stripe refuses this customer, as one of another account: the next time, too.
    return isAppError(error) && error.code === "conflict";
  }
}

function failed({ tenantId, priceId }: StripeReread, error: Error): false {
  log.warn({ tenantId, price: priceId, error: error.message }, "the customers of a tenant could not be read again");
  return false;
}

async function later({ id, attempts }: StripeReread): Promise<void> {
  const where = { id };
  if (attempts + 1 >= ATTEMPTS_MAX) await query((db) => db.stripeReread.deleteMany({ where }));
  else await query((db) => db.stripeReread.updateMany({ where, data: { attempts: attempts + 1 } }));
}
