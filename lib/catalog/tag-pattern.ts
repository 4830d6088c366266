// distribution-spec, "Referrers Tag Schema", and what cosign adds to it: these belong to a manifest and name no release.
// A digest is cut after 64 characters there.
const ATTACHED = /^(sha256|sha512)-([0-9a-f]{64}|[0-9a-f]{128})(?:\.[a-z]{1,16})?$/;
const HEX_LENGTHS: Record<string, number> = { sha256: 64, sha512: 128 };

/** Whether a whole tag, or another name, matches a pattern: in the time of their lengths multiplied, whatever somebody wrote. */
export function matchesPattern(tag: string, pattern: string): boolean {
  let [at, inside, star, mark] = [0, 0, -1, 0];
  while (at < tag.length) {
    if (pattern[inside] === "*") {
      // For now the star stands for nothing; `mark` is where its run would end.
      [star, mark] = [inside++, at];
    } else if (pattern[inside] === tag[at]) {
      at++;
      inside++;
    } else if (star >= 0) {
      // The last star takes one character more, and what follows it is tried from there.
      [inside, at] = [star + 1, ++mark];
    } else {
      return false;
    }
  }
  while (pattern[inside] === "*") inside++;
  return inside === pattern.length;
}

/** The first of the patterns that a tag matches, or null. */
export function patternOf(tag: string, patterns: readonly string[]): string | null {
  return patterns.find((pattern) => matchesPattern(tag, pattern)) ?? null;
}

/** Whether a tag is such as `sha256-<hex>.sig`: a signature, or a list of referrers. */
export function isAttachedTag(tag: string): boolean {
  const [, algorithm = "", hex = ""] = ATTACHED.exec(tag) ?? [];
  return algorithm !== "" && hex.length <= (HEX_LENGTHS[algorithm] ?? 0);
}

/** The digest of the manifest that such a tag belongs to; null for any other tag, and where the digest was cut. */
export function subjectOfTag(tag: string): string | null {
  const [, algorithm = "", hex = ""] = ATTACHED.exec(tag) ?? [];
  return algorithm !== "" && hex.length === HEX_LENGTHS[algorithm] ? `${algorithm}:${hex}` : null;
}

/** The pattern that keeps a tag where it is, or null. Signatures and their like are never kept from moving. */
export function immutableBy(tag: string, patterns: readonly string[]): string | null {
  return isAttachedTag(tag) ? null : patternOf(tag, patterns);
}
