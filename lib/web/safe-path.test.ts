import { describe, expect, it } from "vitest";
import { safePath, signInPath } from "./safe-path.ts";

describe("where a sign-in leads", () => {
  it("is a path of our own, with its query", () => {
    expect(safePath("/t/acme/members?search=a%20b")).toBe("/t/acme/members?search=a%20b");
  });

  it.each([
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/./\\evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    undefined,
    null,
  ])("is never another site: %j", (asked) => {
    expect(safePath(asked)).toBe("/tenants");
  });

  it("survives being handed on in the sign-in page's own address", () => {
    const handed = new URL(signInPath("/t/acme?x=1&y=2"), "http://localhost").searchParams.get("callbackUrl");
    expect(handed).toBe("/t/acme?x=1&y=2");
  });
});
