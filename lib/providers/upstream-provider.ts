import { checkUpstream, inventoryUpstream, registriesOf } from "#lib/upstream/index.ts";
import type { ProviderKind } from "./provider-kind.ts";

/** Registries elsewhere from which the vendor takes images over. */
export const UPSTREAM: ProviderKind = {
  kind: "upstream",
  label: "Upstream registry",
  about: "Images are taken over from it. Without it what is kept is served as before, and nothing newer comes.",
  page: "upstream",
  list: async (of) =>
    (await registriesOf(of)).map(({ id, name, url }) => ({ kind: "upstream", ref: id, name, where: url })),
  check: (of, ref, { signal }) => checkUpstream(of, ref, signal),
  inventory: (of, ref, { signal }) => inventoryUpstream(of, ref, signal),
  apply: { label: "Import what is new or has moved", page: "upstream" },
};
