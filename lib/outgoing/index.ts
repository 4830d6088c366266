/**
 * Calls to addresses that a vendor chose: the one way out for them. Nothing inside the operator's network is reached unless
 * OUTGOING_ALLOW names it, whatever a name resolves to and wherever a redirect leads (threats.md, 20).
 * Hidden: which addresses are public, how a connection is held to the address that was checked, limits of time and bytes.
 */
export {
  type OutgoingAnswer,
  type OutgoingLimits,
  type OutgoingRequest,
  outgoing,
  outgoingBytes,
} from "./outgoing.ts";
export { checkedUrl, type Resolve } from "./pin.ts";
export { isRefusedAddress } from "./refusals.ts";
