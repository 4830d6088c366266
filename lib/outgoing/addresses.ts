import { BlockList, isIPv4, isIPv6 } from "node:net";

type Range = readonly [address: string, bits: number];

// The IANA special-purpose registries (RFC 6890 and its successors), multicast and the reserved rest; and Azure's metadata,
// which is the one of a cloud that has a public address. All others' are link-local, CGNAT or unique local.
const CLOSED_V4 = rangesOf("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

/** Global unicast; whatever else IPv6 has (loopback, link-local, unique local, multicast) lies outside. */
const GLOBAL_V6 = rangesOf("ipv6", [["2000::", 3]]);

const CLOSED_V6 = rangesOf("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
]);

function rangesOf(family: "ipv4" | "ipv6", ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of ranges) list.addSubnet(address, bits, family);
  return list;
}

/**
 * Whether an address is one of the public internet. One that holds an IPv4 address (mapped, NAT64, 6to4) is as public as
 * that: what it is sent may end there.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !CLOSED_V4.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  const within = ipv4Within(address);
  if (within) return isPublicAddress(within);
  return GLOBAL_V6.check(address, "ipv6") && !CLOSED_V6.check(address, "ipv6");
}

/** The IPv4 address that an IPv6 address leads to (RFC 4291 2.5.5.2, RFC 6052, RFC 3056), or null. */
function ipv4Within(address: string): string | null {
  const groups = groupsOf(address);
  const head = groups.slice(0, 6).join(":");
  if (head === "0:0:0:0:0:ffff" || head === "64:ff9b:0:0:0:0") return dotted(groups[6], groups[7]);
  return groups[0] === "2002" ? dotted(groups[1], groups[2]) : null;
}

/** The eight groups in hex, without leading zeros: as the URL standard writes them, its `::` filled in. */
function groupsOf(address: string): string[] {
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = "", after] = short.split("::");
  const [first, last] = [before, after ?? ""].map((part) => part.split(":").filter(Boolean)) as [string[], string[]];
  return [...first, ...Array<string>(8 - first.length - last.length).fill("0"), ...last];
}

function dotted(...halves: (string | undefined)[]): string {
  return halves
    .map((half) => Number.parseInt(half ?? "0", 16))
    .flatMap((value) => [value >> 8, value & 255])
    .join(".");
}
