import { describe, expect, it } from "vitest";
import { fitOf, mineFirst, platformKey, platformName, platformOfBrowser } from "./platform.ts";

const BROWSERS = [
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "linux", "amd64"],
  ["Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "linux", "arm64"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "windows", "amd64"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "macos", null],
  ["Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", null, null],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", null, null],
  ["curl/8.5.0", null, null],
  ["", null, null],
] as const;

describe("the reader's computer", () => {
  it.each(BROWSERS)("is read from %s", (agent, os, arch) => {
    expect(platformOfBrowser(agent)).toEqual({ os, arch });
  });

  it("gets its files first, and nobody loses any", () => {
    const files = [
      { os: "windows", arch: "amd64" },
      { os: null, arch: null },
      { os: "linux", arch: "arm64" },
      { os: "linux", arch: "amd64" },
    ];
    const [mine] = mineFirst(files, { os: "linux", arch: "amd64" });
    expect(mine).toEqual({ os: "linux", arch: "amd64" });
    expect(mineFirst(files, { os: null, arch: null })).toEqual(files);
    expect(fitOf({ os: "macos", arch: "universal" }, { os: "macos", arch: "arm64" })).toBe(2);
    expect(fitOf({ os: "linux", arch: "arm64" }, { os: "linux", arch: "amd64" })).toBe(0);
  });

  it("has a name and a key", () => {
    expect(platformName({ os: "linux", arch: "amd64" })).toBe("Linux, x86-64");
    expect(platformName({ os: null, arch: null })).toBe("Any system");
    expect(platformKey({ os: "linux", arch: null })).toBe("linux-any");
  });
});
