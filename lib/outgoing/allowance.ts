import { BlockList, isIP } from "node:net";
import { env } from "../env.ts";

/** Where a connection would go: a name as the URL has it, and one address that it stands for. */
export interface Target {
  host: string;
  port: number;
  address: string;
}

/** Whether the operator allows a target, whatever its address is: OUTGOING_ALLOW. */
export function isAllowed(target: Target, entries: readonly string[] = env().OUTGOING_ALLOW): boolean {
  return entries.some((entry) => matches(entry, target));
}

function matches(entry: string, { host, port, address }: Target): boolean {
  const [range = "", bits] = entry.split("/");
  if (bits !== undefined) return isWithin(range, Number(bits), address);
  if (isIP(entry)) return address === entry || host === entry;
  const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const plain = name.replace(/^\[(.*)\]$/, "$1");
  return (plain === host || plain === address) && (only === undefined || Number(only) === port);
}

function isWithin(range: string, bits: number, address: string): boolean {
  const [family, asked] = [familyOf(range), familyOf(address)];
  if (family !== asked) return false;
  const list = new BlockList();
  list.addSubnet(range, bits, family);
  return list.check(address, asked);
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
