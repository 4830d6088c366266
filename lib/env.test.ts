import { describe, expect, it } from "vitest";
import { keyFor, readEnv, setEnv } from "./env.ts";

const GOOD = {
  DATABASE_URL: "postgresql://purser@localhost/purser",
  PURSER_SECRET: "q8Jr2Lx0vTn5Yb7Wd3Ck9Zs1Hm4Pg6Fa",
};
const read =
  (changes: Record<string, string | undefined> = {}) =>
  () =>
    readEnv({ ...GOOD, ...changes });

describe("the settings", () => {
  it("need a database and a secret, and have a sound default for everything else", () => {
    expect(read()()).toMatchObject({
      NODE_ENV: "production",
      PORT: 3000,
      PUBLIC_URL: "http://localhost:3000",
      LOG_LEVEL: "info",
      TRUST_PROXY: false,
    });
  });

  it.each<[string, Record<string, string | undefined>, RegExp]>([
    ["a missing database", { DATABASE_URL: undefined }, /^DATABASE_URL is missing: postgresql:\/\/user/],
    ["an empty database", { DATABASE_URL: "" }, /^DATABASE_URL is missing/],
    ["another kind of database", { DATABASE_URL: "mysql://x" }, /^DATABASE_URL must begin with postgresql:\/\/$/],
    ["a missing secret", { PURSER_SECRET: undefined }, /^PURSER_SECRET is missing: make one with `openssl rand/],
    ["a secret of a tutorial", { PURSER_SECRET: "changeme" }, /^PURSER_SECRET must have at least 32 characters/],
    ["a long secret that is short at heart", { PURSER_SECRET: "abc".repeat(20) }, /^PURSER_SECRET is too simple/],
    ["a secret of one letter", { PURSER_SECRET: "x".repeat(64) }, /^PURSER_SECRET is too simple/],
    ["a port that is a word", { PORT: "http" }, /^PORT must be a whole number from 1 to 65535/],
    ["a port that no machine has", { PORT: "70000" }, /^PORT .*65535/],
    ["an allowed network of 40 bits", { OUTGOING_ALLOW: "10.0.0.0/40" }, /^OUTGOING_ALLOW must be a list such as/],
    ["an allowed URL", { OUTGOING_ALLOW: "https://registry" }, /^OUTGOING_ALLOW must be a list such as/],
    ["no workers", { WORKERS: "0" }, /^WORKERS .*1/],
    [
      "a public address that is no URL",
      { PUBLIC_URL: "purser.example.com" },
      /^PUBLIC_URL must be a URL such as https:/,
    ],
    ["a public address of another scheme", { PUBLIC_URL: "javascript:alert(1)" }, /^PUBLIC_URL must be a URL such as/],
    ["an unknown level", { LOG_LEVEL: "loud" }, /^LOG_LEVEL .*"info"/],
    ["a flag that is neither", { TRUST_PROXY: "perhaps" }, /^TRUST_PROXY .*"true"/],
  ])("refuse %s, name the variable and say what would be right", (_, changes, message) => {
    expect(read(changes)).toThrow(message);
  });

  it("name all that is wrong in one line", () => {
    const message = /^DATABASE_URL is missing[^\n]*; PORT must be a whole number[^\n]*; PURSER_SECRET [^\n]*$/;
    expect(read({ DATABASE_URL: "", PORT: "x", PURSER_SECRET: "short" })).toThrow(message);
  });

  it("never repeat the secret in a message", () => {
    try {
      read({ PURSER_SECRET: "hunter2" })();
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain("hunter2");
    }
  });

  it("keep only the origin of the public address", () => {
    expect(read({ PUBLIC_URL: "https://purser.example.com/some/path?x=1" })().PUBLIC_URL).toBe(
      "https://purser.example.com",
    );
  });
});

it("list what vendors may name for outgoing calls", () => {
  const OUTGOING_ALLOW = "10.1.0.0/16, Registry.internal:5000,fd00::/8,[fd00::5]:443,";
  expect(read({ OUTGOING_ALLOW })().OUTGOING_ALLOW).toEqual([
    "10.1.0.0/16",
    "registry.internal:5000",
    "fd00::/8",
    "[fd00::5]:443",
  ]);
  expect(read()().OUTGOING_ALLOW).toEqual([]);
});

describe("the settings of a bucket", () => {
  it("take a prefix with or without slashes, and send readers to the store unless told otherwise", () => {
    for (const S3_PREFIX of ["registry", "/registry/", "registry//"]) {
      expect(read({ S3_PREFIX })()).toMatchObject({ S3_PREFIX: "registry/", BLOB_REDIRECT: "on" });
    }
    expect(read({})()).toMatchObject({ S3_PREFIX: "" });
  });

  it("name what is wrong", () => {
    expect(read({ S3_ENDPOINT: "s3.example.com", BLOB_REDIRECT: "yes" })).toThrow(
      /S3_ENDPOINT must be a URL.*BLOB_REDIRECT must be on or off/,
    );
    expect(read({ S3_ACCESS_KEY_ID: "id" })).toThrow("set both, or neither");
    expect(read({ S3_PREFIX: "a b" })).toThrow("S3_PREFIX may have letters, digits and ._/-");
  });
});

describe("the keys", () => {
  it("differ by purpose and by instance, and stay the same otherwise", () => {
    setEnv(GOOD);
    const session = Buffer.from(keyFor("sessions")).toString("hex");
    const registry = Buffer.from(keyFor("registry-tokens")).toString("hex");
    expect(session).toHaveLength(64);
    expect(registry).not.toBe(session);
    expect(Buffer.from(keyFor("sessions")).toString("hex")).toBe(session);
    setEnv({ PURSER_SECRET: `${GOOD.PURSER_SECRET}x` });
    expect(Buffer.from(keyFor("sessions")).toString("hex")).not.toBe(session);
  });
});
