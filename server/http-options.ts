import type { ServerOptions } from "node:http";

/** How every server of ours treats connections. Bodies have no time limit but that of silence (lib/http). */
export const HTTP_OPTIONS = {
  requestTimeout: 0,
  headersTimeout: 15_000,
  // How often connections are looked at: with the limit above, half a head is held for 20 s at most.
  connectionsCheckingInterval: 5000,
  keepAliveTimeout: 65_000,
  // Nothing here speaks another protocol; Next would take such a request and never answer.
  shouldUpgradeCallback: () => false,
} as const satisfies ServerOptions;
