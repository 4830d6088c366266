/** Which computer a file is for, in words, and which of them is the reader's. Pure. */

export interface Platform {
  os: string | null;
  arch: string | null;
}

export const OS_NAMES: Record<string, string> = {
  linux: "Linux",
  macos: "macOS",
  windows: "Windows",
  freebsd: "FreeBSD",
  any: "Any system",
};

export const ARCH_NAMES: Record<string, string> = {
  amd64: "x86-64",
  arm64: "ARM64",
  armv7: "ARMv7",
  "386": "x86, 32 bit",
  universal: "universal",
  any: "any processor",
};

/** `Linux, x86-64`, `macOS, universal`, `Any system`. */
export function platformName({ os, arch }: Platform): string {
  const system = OS_NAMES[os ?? "any"] ?? os ?? "";
  if (!arch || arch === "any") return system;
  return `${system}, ${ARCH_NAMES[arch] ?? arch}`;
}

/** `linux-amd64`, as an address names it. */
export function platformKey({ os, arch }: Platform): string {
  return [os || "any", arch || "any"].join("-");
}

const SYSTEMS = [
  { os: "windows", of: /Windows NT/ },
  { os: "macos", of: /Macintosh|Mac OS X/ },
  { os: "freebsd", of: /FreeBSD/ },
  { os: "linux", of: /Linux|X11/ },
] as const;

const PROCESSORS = [
  { arch: "arm64", of: /aarch64|arm64/i },
  { arch: "armv7", of: /armv7/i },
  { arch: "amd64", of: /x86_64|Win64|WOW64|amd64/i },
  { arch: "386", of: /i[36]86/i },
] as const;

/** The reader's computer as their browser tells it. A phone or tablet is none; a Mac doesn't tell its processor. */
export function platformOfBrowser(userAgent: string): Platform {
  if (/Android|iPhone|iPad|CrOS/.test(userAgent)) return { os: null, arch: null };
  const os = SYSTEMS.find(({ of }) => of.test(userAgent))?.os ?? null;
  if (!os || os === "macos") return { os, arch: null };
  return { os, arch: PROCESSORS.find(({ of }) => of.test(userAgent))?.arch ?? null };
}

/** How well a file fits a computer: 3 made for it, 2 for its system, 1 for any, 0 not. */
export function fitOf(file: Platform, mine: Platform): number {
  if (!mine.os) return 0;
  if ((file.os ?? "any") === "any") return 1;
  if (file.os !== mine.os) return 0;
  if (!mine.arch || file.arch === mine.arch) return 3;
  return !file.arch || file.arch === "any" || file.arch === "universal" ? 2 : 0;
}

/** Files with those for the reader's computer first, else as they were. */
export function mineFirst<F extends Platform>(files: readonly F[], mine: Platform): F[] {
  return files.toSorted((a, b) => fitOf(b, mine) - fitOf(a, mine));
}
