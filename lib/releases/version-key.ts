import { parse, type SemVer } from "semver";
import { z } from "zod";

const VERSION_MAX = 100;

/** A version as people type it: semver 2.0.0, a leading v is taken off. */
export const Version = z
  .string()
  .trim()
  .max(VERSION_MAX)
  .transform((typed, ctx) => {
    const version = typed.replace(/^v(?=\d)/, "");
    // Strictly: what parse tidies up is not what was typed.
    if (parsed(version)) return version;
    ctx.addIssue({ code: "custom", message: "is no semantic version: write it like 1.4.0 or 2.0.0-rc.1" });
    return z.NEVER;
  });

/**
 * A version's precedence (semver 2.0.0, section 11) as ASCII that sorts by its bytes as versions do. Build metadata says
 * nothing about precedence, so two versions that differ in it alone have one key. Pure.
 * @throws RangeError for what is no version
 */
export function versionKey(version: string): string {
  const found = parsed(version);
  if (!found) throw new RangeError(`${version} is no semantic version`);
  const main = [found.major, found.minor, found.patch].map((number) => numberKey(String(number))).join("");
  // A release comes after its pre-releases: `~` after `-`.
  return main + (found.prerelease.length === 0 ? "~" : `-${preReleaseOf(version).map(identifierKey).join("")}`);
}

/** Whether a version is a pre-release. @throws RangeError for what is no version */
export function isPreRelease(version: string): boolean {
  const found = parsed(version);
  if (!found) throw new RangeError(`${version} is no semantic version`);
  return found.prerelease.length > 0;
}

function parsed(version: string): SemVer | null {
  const found = parse(version);
  return found && found.raw === version && /^\d/.test(version) && !/\s/.test(version) ? found : null;
}

// Taken from the text: semver reads `00000000000000001` digits beyond what a number can hold as a string.
function preReleaseOf(version: string): string[] {
  const [withoutBuild = ""] = version.split("+");
  return withoutBuild.slice(withoutBuild.indexOf("-") + 1).split(".");
}

// Numbers before words, words by their bytes. `!` comes before all that a word has in it: `a` before `a-`, fewer before more.
function identifierKey(identifier: string): string {
  return /^\d+$/.test(identifier) ? `0${numberKey(identifier)}!` : `a${identifier}!`;
}

/** More digits, more; of as many digits, as they sort. */
function numberKey(digits: string): string {
  return String(digits.length).padStart(2, "0") + digits;
}
