import type { Difference } from "../findings.ts";
import type { GrantEntry, MemberEntry, Picture, TagEntry, TeamEntry, TokenEntry } from "./picture.ts";

/** What a thing of a picture is called, and what of it is compared, in words. */
interface Of<E> {
  kind: string;
  entries(picture: Picture): readonly E[];
  /** The same in both pictures where it is the same thing. */
  key(entry: E): string;
  words(entry: E): string;
}

const SECTIONS = [
  section<TeamEntry>({
    kind: "team",
    entries: ({ team }) => team,
    key: ({ email }) => email,
    words: ({ role, secondFactor, passkeys }) =>
      `${role}, ${secondFactor || passkeys > 0 ? "with" : "without"} a second factor`,
  }),
  section<MemberEntry>({
    kind: "member",
    entries: ({ members }) => members,
    key: ({ email }) => email,
    words: ({ standing, suspended }) => (suspended ? "Suspended" : standing),
  }),
  section({
    kind: "product",
    entries: ({ products }) => products,
    key: ({ slug }) => slug,
    words: ({ restricted, hidden, archived }) =>
      [restricted ? "restricted" : "open", hidden ? "hidden" : "", archived ? "archived" : ""]
        .filter(Boolean)
        .join(", "),
  }),
  section<GrantEntry>({
    kind: "grant",
    entries: ({ grants }) => grants,
    key: ({ email, product, source, reference }) => [email, product, source, reference].filter(Boolean).join(" · "),
    words: ({ expiresAt }) => (expiresAt ? `until ${expiresAt.slice(0, 10)}` : "for good"),
  }),
  section({
    kind: "group",
    entries: ({ groups }) => groups,
    key: ({ name }) => name,
    words: ({ products, role, members }) =>
      `gives ${[...products, ...(role ? [`the role ${role}`] : [])].join(", ") || "nothing"} to ${members}`,
  }),
  section<TokenEntry>({
    kind: "token",
    entries: ({ tokens }) => tokens,
    key: ({ kind, name, owner, createdAt }) => [kind, owner, name, createdAt.slice(0, 10)].filter(Boolean).join(" · "),
    words: ({ scopes, expiresAt }) =>
      `${scopes.join(", ")}${expiresAt ? `, until ${expiresAt.slice(0, 10)}` : ", without an end"}`,
  }),
  section<TagEntry>({
    kind: "tag",
    entries: ({ tags }) => tags,
    key: ({ repository, tag }) => `${repository}:${tag}`,
    words: ({ digest, signed, recalled }) =>
      `${digest.slice(0, 19)}, ${signed ? "signed" : "unsigned"}${recalled ? ", recalled" : ""}`,
  }),
];

// Each section knows its own entries; outside, only the two pictures are seen.
function section<E>(of: Of<E>): (before: Picture, after: Picture) => Difference[] {
  return (before, after) => {
    const [old, now] = [byKey(of, before), byKey(of, after)];
    const fresh = [...now]
      .filter(([key]) => !old.has(key))
      .map(([key, words]) => ({ key, change: "new", words }) as const);
    const gone = [...old]
      .filter(([key]) => !now.has(key))
      .map(([key, words]) => ({ key, change: "gone", words }) as const);
    const changed = [...now].flatMap(([key, words]) => {
      const former = old.get(key);
      return former === undefined || former === words
        ? []
        : [{ key, change: "different" as const, words: `${former} → ${words}` }];
    });
    return [...fresh, ...gone, ...changed].map((one) => ({ kind: of.kind, ...one }));
  };
}

function byKey<E>({ entries, key, words }: Of<E>, picture: Picture): Map<string, string> {
  return new Map(entries(picture).map((entry) => [key(entry), words(entry)]));
}

/** What is otherwise in the second of two pictures. Pure. */
export function comparePictures(before: Picture, after: Picture): Difference[] {
  const policies = policiesOf(before) === policiesOf(after) ? [] : [policyChange(before, after)];
  return [...SECTIONS.flatMap((compare) => compare(before, after)), ...policies];
}

function policiesOf({ policies: { graceDays, endlessTokens, tagRules, inForce = [] } }: Picture): string {
  const rules = tagRules.map(
    ({ product, immutable, retention }) =>
      `${product}: ${[immutable.join(" ") || "no tag is kept from moving", retention ? "old tags go" : ""].filter(Boolean).join(", ")}`,
  );
  const ruling = inForce.map(({ kind, name, version }) => `${kind} by “${name}”, version ${version}`);
  return [`${graceDays} days of grace`, endlessTokens ? "tokens without an end" : "", ...rules, ...ruling]
    .filter(Boolean)
    .join("; ");
}

function policyChange(before: Picture, after: Picture): Difference {
  const words = `${policiesOf(before)} → ${policiesOf(after)}`;
  return { kind: "policies", key: "policies in force", change: "different", words };
}
