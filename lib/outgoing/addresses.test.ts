import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./addresses.ts";
import { isAllowed } from "./allowance.ts";

const INSIDE = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "239.255.255.255",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:a00:1",
  "0:0:0:0:0:ffff:169.254.169.254",
  "64:ff9b::10.0.0.1",
  "64:ff9b:1::a00:1",
  "2002:7f00:1::",
  "2002:c0a8:101::1",
  "2001::1",
  "2001:db8::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "not an address",
];

const OUTSIDE = [
  "1.1.1.1",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.0.1",
  "172.32.0.1",
  "192.169.0.1",
  "2606:4700::1111",
  "2a00:1450:4001::1",
  "::ffff:1.1.1.1",
  "64:ff9b::808:808",
  "2002:808:808::1",
];

describe("an address of the public internet", () => {
  it.each(INSIDE)("is not %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(OUTSIDE)("is %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("what the operator allows", () => {
  const target = { host: "registry.internal", port: 5000, address: "10.1.2.3" };

  it.each(["registry.internal", "registry.internal:5000", "10.1.2.3", "10.1.2.3:5000", "10.1.0.0/16", "10.1.2.3/32"])(
    "covers it by %s",
    (entry) => {
      expect(isAllowed(target, ["other", entry])).toBe(true);
    },
  );

  it.each(["registry.internal:443", "internal", "10.1.2.4", "10.2.0.0/16", "fd00::/8"])("does not by %s", (entry) => {
    expect(isAllowed(target, [entry])).toBe(false);
  });

  it("covers IPv6 addresses and networks", () => {
    const v6 = { host: "fd00::5", port: 5000, address: "fd00::5" };
    for (const entry of ["fd00::5", "[fd00::5]:5000", "fd00::/8"]) expect(isAllowed(v6, [entry])).toBe(true);
    for (const entry of ["[fd00::5]:443", "fe80::/10", "10.0.0.0/8"]) expect(isAllowed(v6, [entry])).toBe(false);
  });
});
