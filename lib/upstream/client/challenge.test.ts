import { describe, expect, it } from "vitest";
import { parseChallenge } from "./challenge.ts";

describe("a registry's challenge", () => {
  it.each([
    ['Basic realm="basic-realm"', { scheme: "basic" }],
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"',
      { scheme: "bearer", realm: "https://auth.docker.io/token", service: "registry.docker.io" },
    ],
    ['bearer realm="https://a.example/t"', { scheme: "bearer", realm: "https://a.example/t", service: null }],
    ['Bearer service="s", realm="https://a/\\"b"', { scheme: "bearer", realm: 'https://a/"b', service: "s" }],
    ["Bearer realm=https://a.example/t,service=s", { scheme: "bearer", realm: "https://a.example/t", service: "s" }],
    [
      'Bearer realm="https://a.example/t", Basic realm="b"',
      { scheme: "bearer", realm: "https://a.example/t", service: null },
    ],
  ])("is read: %s", (header, expected) => {
    expect(parseChallenge(header)).toEqual(expected);
  });

  it.each([undefined, "", "Negotiate", 'Bearer service="x"', "Digest realm=basic"])("is not answered: %s", (header) => {
    expect(parseChallenge(header)).toBeNull();
  });
});
