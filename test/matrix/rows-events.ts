import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import type { Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

const eventName = () => `evt_${newId().replaceAll("-", "")}`;
const anEvent = async ({ fixture }: Side) => {
  const data = { tenantId: fixture.tenant.id, id: eventName(), type: "invoice.paid", livemode: false, payload: {} };
  return (await db().stripeEvent.create({ data: { ...data, happenedAt: new Date(), processedAt: new Date() } })).id;
};

/** What Stripe tells, and how it differs from the ledger. */
export const EVENT_ROWS: readonly Row[] = [
  // Whoever has no signature of Stripe's is refused in words (server/stripe-webhook.db.test.ts); GET is none of its methods.
  { surface: "route /api/stripe/webhook/[tenant]", audience: "anyone", status: 405 },
  { surface: "page /t/[tenant]/billing/drift", ...TEAM },
  { surface: "page /t/[tenant]/billing/events", ...TEAM },
  { surface: "page /t/[tenant]/billing/events/[id]", ...TEAM, child: anEvent, missing: eventName },
  {
    surface: "action app/t/[tenant]/billing/events/actions#replay",
    ...TEAM,
    capability: "billing.reconcile",
    // No account is connected here: refused in words after the right was asked.
    status: 409,
    input: () => ({ eventId: eventName() }),
  },
  {
    surface: "action app/t/[tenant]/billing/drift/actions#converge",
    ...TEAM,
    capability: "billing.reconcile",
    status: 409,
    input: () => ({ fingerprint: "0".repeat(64) }),
  },
];
