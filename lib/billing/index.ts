/**
 * The vendor's own Stripe account: what was paid for there is what can be had here. The only room that speaks to Stripe.
 * Hidden: the SDK and its version, how keys are kept, how Stripe's state becomes rows of the ledger.
 */
export { type Account, findAccountOf } from "./account.ts";
export { checkConnection, SetRefundRule, setRefundRule } from "./change-connection.ts";
export type { PriceChanged } from "./change-price.ts";
export type { CheckedKey } from "./check-key.ts";
export { checkStripe } from "./check-stripe.ts";
export { type Connected, ConnectStripe, connectStripe } from "./connect-stripe.ts";
export { type DisconnectPreview, disconnectStripe, previewDisconnect } from "./disconnect-stripe.ts";
export type { CustomerDrift, Difference, Drift } from "./drift.ts";
export { FindPurchase, findPurchase, type Purchase } from "./find-purchase.ts";
export { EVENTS_KEPT_DAYS, forgetEvents } from "./forget-events.ts";
export { inventoryStripe } from "./inventory-stripe.ts";
export { ENDPOINT_PERMISSION, KEY_PERMISSIONS } from "./key-permissions.ts";
export { type EventRow, listEvents, StripeEventFilter, viewEvent } from "./list-events.ts";
export { listAccountPrices, listOwnPrices, PriceFilter, type PriceRow } from "./list-prices.ts";
export { mapPrice, setPrice, unmapPrice } from "./map-price.ts";
export { meetStrangers } from "./meet-strangers.ts";
export type { Offer } from "./offers.ts";
export { openPortal } from "./open-portal.ts";
export { type PriceMove, type PricePreview, previewPrice } from "./preview-price.ts";
export { MapPrice, PriceId, SetPrice } from "./price-input.ts";
export { receiveEvent } from "./receive-event.ts";
export {
  CONVERGE_MAX,
  ConvergeDrift,
  type Converged,
  convergeDrift,
  reportDrift,
  viewDrift,
} from "./reconcile.ts";
export { type Refreshed, refreshCustomer } from "./refresh-customer.ts";
export { ReplayEvent, replayEvent } from "./replay-event.ts";
export { rereadCustomers } from "./reread-customers.ts";
export { retryStripeEvents } from "./retry-events.ts";
export { RotateKey, RotateWebhookSecret, rotateKey, rotateWebhookSecret } from "./rotate-connection.ts";
export { StartCheckout, startCheckout } from "./start-checkout.ts";
export { type ShownOffer, type Store, viewStore } from "./store.ts";
export { type ConnectionView, viewConnection } from "./view-connection.ts";
export { type OwnMembership, viewOwnMembership } from "./view-membership.ts";
export { WEBHOOK_EVENTS } from "./webhook-endpoint.ts";
