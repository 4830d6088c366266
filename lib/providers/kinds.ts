import { notFound } from "../errors.ts";
import { DIRECTORY } from "./directory-provider.ts";
import { MAIL } from "./mail-provider.ts";
import type { OfTenant, Provider, ProviderKind } from "./provider-kind.ts";
import { STORE } from "./store-provider.ts";
import { STRIPE } from "./stripe-provider.ts";
import { UPSTREAM } from "./upstream-provider.ts";

/** In the order of the page. */
export const PROVIDER_KINDS: readonly ProviderKind[] = [STRIPE, UPSTREAM, DIRECTORY, STORE, MAIL];

/** Everything that a tenant depends on, as it is set up now. */
export async function providersOf(of: OfTenant): Promise<Provider[]> {
  return (await Promise.all(PROVIDER_KINDS.map((kind) => kind.list(of)))).flat();
}

/** @throws not_found where the tenant has no such provider */
export async function providerInTenant(
  of: OfTenant,
  named: { kind: string; ref: string },
): Promise<{ provider: Provider; kind: ProviderKind }> {
  const kind = PROVIDER_KINDS.find((one) => one.kind === named.kind);
  const provider = (await kind?.list(of))?.find(({ ref }) => ref === named.ref);
  if (!kind || !provider) throw notFound("provider");
  return { provider, kind };
}
