import { lookup as systemLookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./addresses.ts";
import { isAllowed } from "./allowance.ts";
import { refused } from "./refusals.ts";

export interface Address {
  address: string;
  family: number;
}

/** Asks for the addresses of a name; a test answers otherwise. */
export type Resolve = (host: string) => Promise<Address[]>;

/**
 * Checks where a URL leads: a name is resolved once, every address that it has is judged, and the connection that follows
 * can go to these alone. An answer that changes between check and use changes nothing.
 * @returns the addresses as Node's `lookup`
 * @throws invalid with the refusal; what the resolver throws
 */
export async function pin(url: URL, resolve: Resolve = system): Promise<LookupFunction> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const family = isIP(host);
  const addresses = family ? [{ address: host, family }] : await resolve(host);
  if (addresses.length === 0) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
  for (const { address } of addresses) {
    if (isAllowed({ host, port, address })) continue;
    if (!isPublicAddress(address)) throw refused(`${host} ${NOT_PUBLIC}`);
    if (url.protocol !== "https:") throw refused(`must begin with https:// (${host} ${NOT_PLAIN})`);
  }
  return (_, options, done) => {
    const [first] = addresses as [Address];
    if (options.all) done(null, addresses);
    else done(null, first.address, first.family);
  };
}

const NOT_PUBLIC =
  "leads to an address that is not of the public internet. An operator of this Purser may allow it (OUTGOING_ALLOW)";
const NOT_PLAIN = "is not among the hosts that the operator allows without TLS, OUTGOING_ALLOW";

function system(host: string): Promise<Address[]> {
  return systemLookup(host, { all: true });
}

const URL_MAX = 8192;

/** @throws invalid for what is no address that may be called, whoever names it */
export function checkedUrl(address: string | URL, base?: URL): URL {
  const url = URL.parse(String(address), base);
  if (!url || url.href.length > URL_MAX) throw refused("must be a URL such as https://registry.example.com");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refused("must begin with https://");
  if (url.username || url.password)
    throw refused("must hold no user name and no password: they have fields of their own");
  url.hash = "";
  return url;
}
