import { z } from "zod";
import { ARCHITECTURES, SYSTEMS } from "#lib/releases/index.ts";

/** What a file is for, as the field calls it, and the other words that programs have for it. */
const OS_ALIASES: Record<string, string> = {
  darwin: "macos",
  mac: "macos",
  osx: "macos",
  win32: "windows",
  win: "windows",
};
const ARCH_ALIASES: Record<string, string> = {
  x64: "amd64",
  x86_64: "amd64",
  aarch64: "arm64",
  arm: "armv7",
  armv7l: "armv7",
  ia32: "386",
  x86: "386",
  i386: "386",
  i686: "386",
};

/** What runs on a platform: files of these systems and machines, the best first. Null: of whatever machine. */
export interface PlatformAsked {
  oses: string[];
  arches: string[] | null;
}

/**
 * `<os>-<arch>`, or `<os>` alone for all its machines; also as Node (`darwin-x64`), Rust (`linux-aarch64`) and uname call
 * them. What is built for any system, or for all machines of one, runs on each.
 */
export const Platform = z
  .string()
  .max(40)
  .refine((text) => named(text) !== null, "is no platform: write it like linux-amd64, macos-arm64 or windows-amd64");

/** @param text as Platform allows it; undefined where any platform is meant */
export function platformOf<T extends string | undefined>(text: T): PlatformAsked | (T & undefined);
export function platformOf(text: string | undefined): PlatformAsked | undefined {
  const found = text === undefined ? null : named(text);
  if (!found) return undefined;
  const { os, arch } = found;
  const arches = arch === null ? null : [...new Set([arch, "universal", "any"])];
  return { oses: [...new Set([os, "any"])], arches };
}

const has = (words: readonly string[], word: string) => words.includes(word);

function named(text: string): { os: string; arch: string | null } | null {
  const [, osWord = "", archWord] = /^([a-z0-9]+)(?:-([a-z0-9_]+))?$/.exec(text.toLowerCase()) ?? [];
  const os = OS_ALIASES[osWord] ?? osWord;
  const arch = archWord === undefined ? null : (ARCH_ALIASES[archWord] ?? archWord);
  return has(SYSTEMS, os) && (arch === null || has(ARCHITECTURES, arch)) ? { os, arch } : null;
}

interface For {
  os: string | null;
  arch: string | null;
}

/** Whether a file is one for the platform. */
export function runsOn(file: For, platform: PlatformAsked | undefined): boolean {
  if (!platform) return true;
  const { oses, arches } = platform;
  return oses.includes(file.os ?? "any") && (arches === null || arches.includes(file.arch ?? "any"));
}

/** Of files that run on a platform, those that were made for it most of all. */
export function bestFor<F extends For>(files: readonly F[], platform: PlatformAsked): F[] {
  const distance = ({ os, arch }: F) =>
    platform.oses.indexOf(os ?? "any") * 10 + (platform.arches?.indexOf(arch ?? "any") ?? 0);
  const least = Math.min(...files.map(distance));
  return files.filter((file) => distance(file) === least);
}
