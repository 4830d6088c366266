import { isIPv6, SocketAddress } from "node:net";

/**
 * What attempts are counted for: an IPv4 address, or the /64 of an IPv6 one, since whoever has one has all of its
 * addresses (RFC 6177). IPv4 written as IPv6 (`::ffff:a.b.c.d`) is IPv4.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const bare = address.replace(/%.*$/, "");
  return isIPv6(bare) ? `${prefix64(bare)}::/64` : address;
}

function prefix64(address: string): string {
  // The system writes an address in its one short form; its groups are put back where `::` stands.
  const short = new SocketAddress({ address, family: "ipv6" }).address;
  const [head = "", tail = ""] = short.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = short.includes("::") ? Array<string>(8 - left.length - right.length).fill("0") : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
