import { checkStripe, inventoryStripe } from "#lib/billing/index.ts";
import { query } from "#lib/db/index.ts";
import type { ProviderKind } from "./provider-kind.ts";

/** The vendor's own Stripe account. */
export const STRIPE: ProviderKind = {
  kind: "stripe",
  label: "Stripe",
  about: "Takes the members' money. Without it nobody can buy, and changes of subscriptions come late.",
  page: "billing",
  async list({ tenant }) {
    const row = await query((db) => db.stripeConnection.findUnique({ where: { tenantId: tenant.id } }));
    if (!row) return [];
    const where = [row.accountName, row.accountId, row.livemode ? "" : "test mode"].filter(Boolean).join(", ");
    return [{ kind: "stripe", ref: "", name: "Stripe", where }];
  },
  check: ({ tenant, now }) => checkStripe(tenant, now),
  inventory: ({ tenant, now }) => inventoryStripe(tenant.id, now),
  apply: { label: "Converge on the drift page", page: "billing/drift" },
};
