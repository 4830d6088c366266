import type { Ctx } from "../context.ts";
import { log } from "../log.ts";
import { findAccountOf } from "./account.ts";
import { customersOf } from "./preview-price.ts";
import { refreshCustomer } from "./refresh-customer.ts";

const AT_ONCE = 4;

/**
 * Reads the customers again who bought a price, after its meaning changed, so that the ledger follows. It goes on behind
 * the answer: what it can't finish the drift page shows, and the nightly comparison.
 */
export function rereadCustomers({ tenant, requestId }: Ctx, priceId: string): void {
  reread(tenant.id, priceId, requestId).catch((error: Error) => {
    log.warn(
      { tenant: tenant.slug, price: priceId, error: error.message },
      "not all customers of a price were read again",
    );
  });
}

async function reread(tenantId: string, priceId: string, requestId: string): Promise<void> {
  const account = await findAccountOf(tenantId);
  if (!account) return;
  const waiting = await customersOf(tenantId, priceId);
  const work = async () => {
    for (let customer = waiting.pop(); customer; customer = waiting.pop()) {
      await refreshCustomer(account, customer, { requestId });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
