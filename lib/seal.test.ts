import { beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "./env.ts";
import { seal, unseal } from "./seal.ts";

const settings = (secret: string) => ({ DATABASE_URL: "postgresql://localhost/x", PURSER_SECRET: secret });

describe("what is sealed", () => {
  beforeAll(() => setEnv(settings("a secret for tests alone: 0123456789 abcdef")));

  it("opens again, and looks different each time", () => {
    expect(unseal(seal("a secret ✓", "users.totp:1"), "users.totp:1")).toBe("a secret ✓");
    expect(seal("x", "c").equals(seal("x", "c"))).toBe(false);
    expect(seal("plain words", "c").includes("plain")).toBe(false);
  });

  it("does not open in another place, changed by a bit, cut short, or with another key", () => {
    const sealed = seal("x".repeat(20), "users.totp:1");
    expect(() => unseal(sealed, "users.totp:2")).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(changed, "users.totp:1"), `byte ${at}`).toThrow();
    }
    expect(() => unseal(sealed.subarray(0, 20), "users.totp:1")).toThrow();
    setEnv(settings("another secret for tests: 9876543210 fedcba"));
    expect(() => unseal(sealed, "users.totp:1")).toThrow();
  });
});
