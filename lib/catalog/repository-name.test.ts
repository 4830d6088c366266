import { describe, expect, it } from "vitest";
import { isRepositoryName, isTag, parseRepositoryName } from "./index.ts";

const HOSTILE_NAMES = [
  "",
  " ",
  "/",
  "//",
  "acme",
  "acme/",
  "/acme/tool",
  "acme//tool",
  "acme/tool/",
  "acme/tool//x",
  "Acme/tool",
  "acme/Tool",
  "ACME/TOOL",
  "acme/tool ",
  " acme/tool",
  "acme/ tool",
  "acme tool/x",
  "acme\ttool/x",
  "acme/tool\n",
  "../etc/passwd",
  "acme/../evil",
  "acme/..",
  "acme/.",
  "acme/./tool",
  "./acme/tool",
  "acme/tool/..",
  "..",
  ".",
  "acme\\tool",
  "acme/to\\ol",
  "acme/tool\u0000",
  "acme\u0000/tool",
  "acme/tool%2f..",
  "acme%2ftool/x",
  "%2e%2e/x",
  "acme/%00",
  "-acme/tool",
  "acme-/tool",
  "acme/-tool",
  "acme/tool-",
  "_acme/tool",
  "acme_/tool",
  ".acme/tool",
  "acme./tool",
  "acme/to..ol",
  "acme/to___ol",
  "acme/to._ol",
  "acme/to-_ol",
  "acme/to.-ol",
  "acme/to_-ol",
  "acme/tool:latest",
  "acme/tool@sha256:00",
  "acme:5000/tool",
  "acme/tool?x=1",
  "acme/tool#x",
  "acme/tool;x",
  "acme/tool&x",
  "acme/tool'--",
  'acme/"tool"',
  "acme/tool<script>",
  "acme/$x",
  "acme/*",
  "acme/tool|x",
  "acme/tool`id`",
  "acme/$(id)",
  "acmé/tool",
  "acme/tооl",
  "acme/tool\u200b",
  "acme/\u202etool",
  "acme/ｔool",
  "acme/tool\r\nx: y",
  "acme/\ud83d\ude00",
  `acme/${"a".repeat(300)}`,
  "a/".repeat(150),
  `acme/${"a-".repeat(150)}`,
  "constructor",
  "__proto__",
];

describe("a repository's name", () => {
  it.each([
    ["acme/tool", "acme", "tool"],
    ["acme/tool/web", "acme", "tool"],
    ["acme/tool/a/b/c", "acme", "tool"],
    ["a1/b2", "a1", "b2"],
    ["acme/my_tool.x-1", "acme", "my_tool.x-1"],
    ["acme/my__tool", "acme", "my__tool"],
    ["acme/my---tool", "acme", "my---tool"],
  ])("%s is of %s's %s", (name, tenant, product) => {
    expect(parseRepositoryName(name)).toEqual({ name, tenant, product });
    expect(isRepositoryName(name)).toBe(true);
  });

  it("has at least 60 hostile ones below", () => {
    expect(new Set(HOSTILE_NAMES).size).toBeGreaterThanOrEqual(60);
  });

  it.each(HOSTILE_NAMES)("refuses %j", (name) => {
    expect(parseRepositoryName(name)).toBeNull();
  });

  it("may be one part for the grammar, but belongs to no product then", () => {
    expect(isRepositoryName("library")).toBe(true);
    expect(parseRepositoryName("library")).toBeNull();
  });

  it("is judged in no time, however it is made to backtrack", () => {
    const began = performance.now();
    for (const evil of [
      "a".repeat(200_000),
      `${"a-".repeat(100_000)}!`,
      `${"a_".repeat(100)}/!`,
      "a/".repeat(100_000),
      `a${"-".repeat(100_000)}!`,
    ]) {
      parseRepositoryName(evil);
      isRepositoryName(evil);
    }
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe("a tag", () => {
  it.each(["latest", "v1.2.3", "1", "_", "_x", "V1", "a".repeat(128), "1.0-rc.1_x", "sha256-abc"])(
    "may be %j",
    (tag) => {
      expect(isTag(tag)).toBe(true);
    },
  );

  it.each([
    "",
    " ",
    ".x",
    "-x",
    "a".repeat(129),
    "a/b",
    "a b",
    "a:b",
    "a@b",
    "a+b",
    "a\n",
    "\na",
    "ä",
    "a\u0000",
    "../x",
    "%2e",
    "a*",
    "a?",
  ])("may not be %j", (tag) => {
    expect(isTag(tag)).toBe(false);
  });
});
