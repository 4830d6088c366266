import { type ARCHITECTURES, SIGNATURE_ENDINGS, type SYSTEMS } from "./asset-fields.ts";

export interface Platform {
  os: (typeof SYSTEMS)[number];
  arch: (typeof ARCHITECTURES)[number];
}

// The first that matches. A word ends where a letter or digit does not go on: `win` is none in `darwin` or `winter`.
const word = (words: string) => new RegExp(`(?<![a-z0-9])(?:${words})(?![a-z0-9])`);
const OS: readonly [RegExp, Platform["os"]][] = [
  [word("darwin\\d*|macos\\d*|mac|osx|macosx\\w*|apple|macintosh"), "macos"],
  [word("freebsd\\d*"), "freebsd"],
  [word("windows\\d*|win|win32|win64|winx64|win_amd64|msvc|mingw\\d*"), "windows"],
  [word("linux\\d*|linux32|linux64|ubuntu|debian|fedora|alpine|musl|manylinux\\w*|rhel\\d*|el\\d+"), "linux"],
  [/\.(?:exe|msi|msix|appx|nupkg)$/, "windows"],
  [/\.(?:dmg|pkg|app\.zip|app\.tar\.gz)$/, "macos"],
  [/\.(?:deb|rpm|appimage|snap|flatpak|apk)$/, "linux"],
];
const ARCH: readonly [RegExp, Platform["arch"]][] = [
  [word("universal2?|fat"), "universal"],
  [word("amd64|x86_64(?:_v\\d)?|x86-64|x64|linux64|win64|winx64|win_amd64|mac64|64bit|64-bit"), "amd64"],
  [word("arm64(?:v8|e)?|aarch64|armv8|apple-silicon|m1"), "arm64"],
  [word("armv7\\w*|armhf|arm-?v7|arm7|armv6\\w*|arm"), "armv7"],
  [word("386|i386|i486|i586|i686|x86|x86_32|ia32|linux32|win32|32bit|32-bit"), "386"],
  [word("all|noarch|any"), "any"],
];

/**
 * For which system a file is, by its name. `any` where the name does not say: text, sources, sums. The vendor may say it
 * otherwise.
 */
export function guessPlatform(filename: string): Platform {
  const name = withoutSignature(filename.toLowerCase());
  const os = OS.find(([form]) => form.test(name))?.[1] ?? "any";
  const arch = ARCH.find(([form]) => form.test(name))?.[1] ?? "any";
  return { os, arch };
}

function withoutSignature(name: string): string {
  const ending = [...SIGNATURE_ENDINGS, ".sha256", ".sha512", ".pem", ".crt", ".sbom.json", ".blockmap"].find((each) =>
    name.endsWith(each),
  );
  return ending ? name.slice(0, -ending.length) : name;
}
