/**
 * Providers: what a tenant depends on, as connections that other rooms own: its Stripe account, the store, the mail server.
 * This room puts what they say of themselves into one form: a state with findings, and the differences to what is here.
 * Hidden: how often each is looked at, when a team is told.
 */

export type { Provider, ProviderKindName } from "./provider-kind.ts";
export { checkRun, differencesIn, syncRun } from "./provider-runs.ts";
export { checkAllProviders } from "./scheduled-checks.ts";
export { checkProvider, syncProvider } from "./start-operation.ts";
export type { Missing, ProviderRow, ProviderView } from "./view-providers.ts";
export { listProviders, viewProvider } from "./view-providers.ts";
