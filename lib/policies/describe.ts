import type { PolicyKind } from "#lib/db/index.ts";
import { plural } from "#lib/format.ts";
import { readPublicKey } from "#lib/signatures/index.ts";
import type { Documents } from "./documents.ts";

/** One thing that a document says, in words. */
export interface Line {
  label: string;
  words: string;
}

type Describe<K extends PolicyKind> = (document: Documents[K]) => Line[];

const NEVER = "never";
/** Characters of a key's fingerprint, which tell it from others. */
const FINGERPRINT_SHOWN = 16;
const days = (count: number | null, none: string) => (count === null ? none : plural(count, "day"));
const list = (names: readonly string[], none: string) => names.join(", ") || none;
const covers = (products: readonly string[]): Line => ({ label: "Products", words: list(products, "all") });

const WORDS: { [K in PolicyKind]: Describe<K> } = {
  retention: ({ products, keepLast, keepDays, keepPatterns, keepPulledDays, untaggedDays }) => [
    covers(products),
    { label: "Keep the newest", words: keepLast === null ? "not counted" : plural(keepLast, "tag") },
    { label: "Keep younger than", words: days(keepDays, "not counted") },
    { label: "Keep tags like", words: list(keepPatterns, "none") },
    { label: "Keep if pulled within", words: days(keepPulledDays, "not counted") },
    { label: "Take untagged manifests after", words: days(untaggedDays, NEVER) },
  ],
  immutability: ({ products, patterns }) => [
    covers(products),
    { label: "Tags that never move", words: patterns.join(", ") },
  ],
  access: ({ graceDays, endlessTokens, tokenDaysMax, secondFactor, signers, signedFiles }) => [
    { label: "Days of grace", words: plural(graceDays, "day") },
    { label: "Tokens without an end", words: endlessTokens ? "work" : "are refused" },
    { label: "Tokens work for at most", words: days(tokenDaysMax, "as long as they say themselves") },
    { label: "Second factor", words: secondFactor ? "required of the team" : "everybody's own choice" },
    { label: "Releases are signed by", words: list(signers.map(signerWords), "anybody, or nobody") },
    { label: "What is signed", words: signers.length === 0 ? "nothing" : signedFiles ? "images and files" : "images" },
  ],
};

/** What a document says, line by line, always the same lines in the same order. */
export function describeDocument<K extends PolicyKind>(kind: K, document: Documents[K]): Line[] {
  return WORDS[kind](document);
}

export interface LineChange {
  label: string;
  before: string;
  after: string;
}

/** What two documents of a kind say differently; null is none at all. */
export function compareDocuments<K extends PolicyKind>(
  kind: K,
  before: Documents[K] | null,
  after: Documents[K] | null,
): LineChange[] {
  const [old, now] = [before, after].map((one) => one && describeDocument(kind, one));
  return (now ?? old ?? [])
    .map(({ label }, n) => ({ label, before: old?.[n]?.words ?? "", after: now?.[n]?.words ?? "" }))
    .filter((line) => line.before !== line.after);
}

function signerWords({ name, publicKey }: Documents["access"]["signers"][number]): string {
  return `${name} (key ${readPublicKey(publicKey).fingerprint.slice(0, FINGERPRINT_SHOWN)}…)`;
}
