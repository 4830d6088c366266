import { describe, expect, it } from "vitest";
import { bestFor, Platform, platformOf, runsOn } from "./platform.ts";

describe("a platform", () => {
  it.each([
    ["linux-amd64", "linux", "amd64"],
    ["linux-x64", "linux", "amd64"],
    ["linux-x86_64", "linux", "amd64"],
    ["Linux-aarch64", "linux", "arm64"],
    ["linux-armv7l", "linux", "armv7"],
    ["darwin-arm64", "macos", "arm64"],
    ["win32-ia32", "windows", "386"],
    ["windows-amd64", "windows", "amd64"],
    ["freebsd-amd64", "freebsd", "amd64"],
  ])("is read from %s as %s and %s", (text, os, arch) => {
    expect(Platform.safeParse(text).success).toBe(true);
    expect(platformOf(text)).toEqual({ oses: [os, "any"], arches: [arch, "universal", "any"] });
  });

  it("may be a system alone, of whatever machine", () => {
    expect(platformOf("macos")).toEqual({ oses: ["macos", "any"], arches: null });
    expect(platformOf(undefined)).toBeUndefined();
  });

  it.each(["", "beos", "linux-", "linux-z80", "linux-amd64-musl", "linux amd64", "../linux"])("is not %j", (text) => {
    expect(Platform.safeParse(text).success).toBe(false);
  });

  it("is what files for it, for all its machines and for any system run on, the closest being the best", () => {
    const platform = Object.freeze(platformOf("macos-arm64"));
    const files = [
      { os: null, arch: null },
      { os: "macos", arch: "universal" },
      { os: "macos", arch: "amd64" },
      { os: "linux", arch: "arm64" },
      { os: "macos", arch: "arm64" },
    ];
    const fits = files.filter((file) => runsOn(file, platform));
    expect(fits).toEqual([files[0], files[1], files[4]]);
    expect(bestFor(fits, platform)).toEqual([files[4]]);
    expect(bestFor(fits.slice(0, 2), platform)).toEqual([files[1]]);
  });
});
