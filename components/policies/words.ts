/** The kinds of policies, in the order in which they are offered. */
export const KINDS = ["retention", "immutability", "access"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_WORDS: Record<Kind, { label: string; about: string }> = {
  retention: { label: "Retention", about: "Which tags and untagged manifests go each night." },
  immutability: { label: "Immutable tags", about: "Which tags are pushed once, and neither moved nor deleted." },
  access: {
    label: "Access",
    about: "Days of grace, how long tokens work, a second factor for the team, and whose signatures releases need.",
  },
};

/** What a version says, by its kind: as the fields take it. */
export type DocumentShown = Readonly<Record<string, unknown>>;

export const isKind = (text: string | undefined): text is Kind => KINDS.some((kind) => kind === text);

/** A field of the form by its name in the document, and what is wrong with it or with a part of it. */
export function problemOf(fields: Record<string, string>, name: string): string | undefined {
  const found = Object.entries(fields).find(([field]) => `${field}.`.startsWith(`document.${name}.`));
  return found?.[1];
}
