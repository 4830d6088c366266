import { env } from "../../env.ts";
import { andList, plural } from "../../format.ts";
import type { SignedThing } from "./report.ts";
import type { StandingRule } from "./rule.ts";

const LISTED_MAX = 5;

/** Why a release is not published, and what is missing. */
export function unsignedWords(rule: StandingRule, version: string, unsigned: readonly SignedThing[]): string {
  const names = rule.signers.map(({ name }) => name).join(" or ");
  const listed = unsigned.slice(0, LISTED_MAX).map(({ name, problem }) => `${name} (${problem})`);
  const rest = unsigned.length - listed.length;
  const what = andList(rest > 0 ? [...listed, plural(rest, "other")] : listed);
  return `${version} can't be published: ${rule.words}, wants what it holds signed by ${names}. Not so signed: ${what}.`;
}

/** What to type in a shell for the first of what is not signed. */
export function signLines(unsigned: readonly Pick<SignedThing, "image" | "name">[]): string[] {
  return unsigned.slice(0, LISTED_MAX).map(({ image, name }) => {
    if (image) return `cosign sign --key cosign.key ${new URL(env().PUBLIC_URL).host}/${image}`;
    return `cosign sign-blob --key cosign.key --bundle ${quoted(`${name}.sigstore.json`)} ${quoted(name)}`;
  });
}

// Whoever sent the file chose its name.
function quoted(name: string): string {
  if (/^[\w.+:@][\w.+:@-]*$/.test(name)) return name;
  return `'./${name.replaceAll("'", "'\\''")}'`;
}
