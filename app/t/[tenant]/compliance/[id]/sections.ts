import type { Picture } from "#lib/compliance/index.ts";

interface Shown {
  title: string;
  columns: readonly string[];
  rows: string[][];
  none: string;
}

const day = (at: string | null) => at?.slice(0, 10) ?? "";
const yes = (is: boolean) => (is ? "yes" : "no");

/** A picture as tables: what each says in a line. */
export function sectionsOf(picture: Picture): Shown[] {
  return [...peopleOf(picture), ...meansOf(picture), ...shelfOf(picture)];
}

function peopleOf({ team, members, grants }: Picture): Shown[] {
  return [
    {
      title: "Team",
      columns: ["Address", "Role", "Since", "Second factor", "Last seen"],
      rows: team.map((one) => [
        one.email,
        one.role,
        day(one.since),
        yes(one.secondFactor || one.passkeys > 0),
        day(one.lastSeenAt),
      ]),
      none: "Nobody.",
    },
    {
      title: "Members",
      columns: ["Address", "Standing", "In good standing"],
      rows: members.map((one) => [one.email, one.suspended ? "Suspended" : one.standing, yes(one.goodStanding)]),
      none: "No members.",
    },
    {
      title: "Grants in force",
      columns: ["Member", "Product", "Source", "Reason", "Granted", "Until"],
      rows: grants.map((one) => [
        one.email,
        one.product,
        [one.source, one.reference].filter(Boolean).join(" "),
        one.reason,
        `${day(one.grantedAt)} by ${one.grantedBy}`,
        day(one.expiresAt) || "for good",
      ]),
      none: "No product was granted to anybody.",
    },
  ];
}

function meansOf({ groups, tokens }: Picture): Shown[] {
  return [
    {
      title: "Groups",
      columns: ["Group", "From", "Gives", "Members"],
      rows: groups.map((one) => [
        one.name,
        one.origin,
        [...one.products, ...(one.role ? [`role ${one.role}`] : [])].join(", "),
        String(one.members),
      ]),
      none: "No groups.",
    },
    {
      title: "Tokens",
      columns: ["Token", "Of", "Scopes", "Age in days", "Until", "Last used"],
      rows: tokens.map((one) => [
        one.name,
        one.owner ?? one.kind,
        one.scopes.join(", "),
        String(one.ageDays),
        day(one.expiresAt) || "no end",
        day(one.lastUsedAt),
      ]),
      none: "No tokens.",
    },
  ];
}

function shelfOf({ products, tags, recalls, policies }: Picture): Shown[] {
  const notable = tags.filter(({ signed, recalled }) => !signed || recalled);
  return [
    {
      title: "Products",
      columns: ["Product", "Needs a grant", "Hidden", "Archived"],
      rows: products.map((one) => [one.slug, yes(one.restricted), yes(one.hidden), yes(one.archived)]),
      none: "No products.",
    },
    {
      title: "Tags that are unsigned or recalled",
      columns: ["Tag", "Digest", "Signed", "Recalled"],
      rows: notable.map((one) => [`${one.repository}:${one.tag}`, one.digest, yes(one.signed), yes(one.recalled)]),
      none: "Every tag is signed, and none is recalled.",
    },
    {
      title: "Recalls in force",
      columns: ["Product", "What", "Why", "Since"],
      rows: recalls.map((one) => [one.product, one.what, one.reason, day(one.recalledAt)]),
      none: "Nothing is recalled.",
    },
    {
      title: "Policies in force",
      columns: ["Policy", "Kind", "Version", "Since", "Put in force by"],
      rows: (policies.inForce ?? []).map((one) => [
        one.name,
        one.kind,
        String(one.version),
        day(one.activatedAt),
        one.activatedBy,
      ]),
      none: "No policy is in force.",
    },
    {
      title: "Products’ own rules for tags",
      columns: ["Product", "Tags that can't be moved", "Old tags go by rules"],
      rows: policies.tagRules.map((one) => [one.product, one.immutable.join(" "), yes(one.retention)]),
      none: "No product has rules for its tags.",
    },
  ];
}
