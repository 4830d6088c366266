import { describe, expect, it } from "vitest";
import { setEnv } from "../env.ts";
import { ownPath } from "./own-path.ts";
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

  it("is made of a path that holds half a pair, too", () => {
    expect(signInPath("/t/\ud800")).toBe("/sign-in?callbackUrl=%2Ft%2F%EF%BF%BD");
  });

  it("is the path of a whole address of ours, and of no other that begins like it", () => {
    const settings = {
      DATABASE_URL: "postgresql://unused",
      PURSER_SECRET: "a secret for tests alone: 0123456789 abcdef",
    };
    setEnv({ ...settings, PUBLIC_URL: "https://purser.example" });
    const asked = ["/account", "//evil", ".evil.example/x", "@evil.example/x", ":80/x", ""];
    expect(asked.map((rest) => ownPath(`https://purser.example${rest}`))).toEqual([
      "/account",
      ...Array(5).fill("/tenants"),
    ]);
  });
});
