import { newId } from "#lib/ids.ts";
import type { Row } from "./cell.ts";

const TEAM = { audience: "team" } as const;
const MEMBER = { audience: "member" } as const;
const PERSON = { audience: "person" } as const;
const ACTIONS = "action app/t/[tenant]/billing/actions";
const STORE = "action app/store/[tenant]/actions";

/** The side has no Stripe account: what asks Stripe is refused as a conflict, by whoever may ask at all. */
const NOT_CONNECTED = 409;
const ENTRY = { priceId: "price_matrix", membership: true, productIds: [] };

/** Billing, the storefront and what a member does with their own membership. */
export const BILLING_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/billing", ...TEAM },
  { surface: "page /t/[tenant]/billing/prices", ...TEAM },
  {
    surface: `${ACTIONS}#connect`,
    ...TEAM,
    capability: "billing.connect",
    // No key at all: refused before anybody is asked.
    input: () => ({ key: "" }),
    status: 422,
  },
  {
    surface: `${ACTIONS}#setKey`,
    ...TEAM,
    capability: "billing.connect",
    input: () => ({ key: "" }),
    status: 422,
  },
  {
    surface: `${ACTIONS}#setSecret`,
    ...TEAM,
    capability: "billing.connect",
    input: () => ({ webhookSecret: "whsec_0123456789abcdef" }),
    status: NOT_CONNECTED,
  },
  { surface: `${ACTIONS}#checkNow`, ...TEAM, capability: "billing.connect", status: NOT_CONNECTED },
  {
    surface: `${ACTIONS}#setRefunds`,
    ...TEAM,
    capability: "billing.connect",
    input: () => ({ partialRefundEnds: true }),
    status: NOT_CONNECTED,
  },
  { surface: `${ACTIONS}#disconnect`, ...TEAM, capability: "billing.connect", status: NOT_CONNECTED },
  {
    surface: `${ACTIONS}#askAboutPrice`,
    ...TEAM,
    capability: "billing.mapPrices",
    input: () => ENTRY,
    status: NOT_CONNECTED,
  },
  {
    surface: `${ACTIONS}#savePrice`,
    ...TEAM,
    capability: "billing.mapPrices",
    input: () => ENTRY,
    status: NOT_CONNECTED,
  },
  // The matrix's own member never bought anything: there is no customer whose portal could be opened.
  { surface: "action app/t/[tenant]/downloads/actions#manageMembership", ...MEMBER, status: NOT_CONNECTED },
  {
    surface: "action app/t/[tenant]/downloads/actions#setReleaseMail",
    ...MEMBER,
    // The team has the portal and gets no letters.
    status: ({ actor }) => (actor === "member" ? 200 : 404),
    input: () => true,
  },
];

/** The storefront, for whoever is signed in; the side has none, which is a row of its own (rows-team.ts). */
export const STORE_ROWS: readonly Row[] = [
  // No purchase is named: back to the store.
  { surface: "page /store/[tenant]/thanks", ...PERSON, status: 307 },
  {
    surface: `${STORE}#buy`,
    ...PERSON,
    input: ({ slug }) => [slug, { priceId: "price_matrix", attempt: newId() }],
    status: 404,
  },
  { surface: `${STORE}#askHowFar`, ...PERSON, input: ({ slug }) => [slug, "cs_test_matrix"], status: 404 },
];
