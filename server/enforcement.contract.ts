export const ROLES = ["owner", "manager", "operator", "readonly"] as const;

export type Who =
  | "anonymous"
  | "stranger"
  | "member without a grant"
  | "member with a grant"
  | "member with an expired grant"
  | "member with a revoked grant"
  | "member whose grant is still to begin"
  | "lapsed member"
  | "member past due in grace"
  | "member past due out of grace"
  | "lifetime member"
  | "lifetime member with a grant"
  | "suspended member"
  | (typeof ROLES)[number];

/**
 * The first seed's matrix: who, asking in every way there is, is told what of an open and of a restricted product. What
 * is right stands here cell by cell, in words; nothing of it is computed by what is tested.
 */
export const COLUMNS = [
  ...(["token", "manifest", "blob", "list", "product list", "download", "link", "latest", "updates"] as const),
  ...(["portal", "question"] as const),
] as const;
export type Column = (typeof COLUMNS)[number];

/** The actions of a bearer token; a status, with the reason of a 403; whether it is listed; `warned` in the days of grace. */
type Row = readonly [
  ...pulled: [string, string, string],
  ...listed: [string, string],
  ...got: [string, string, string, string],
  ...said: [string, string],
];

const ANONYMOUS: Row = ["no action", "401", "401", "401", "401", "401", "401", "401", "401", "hidden", "404"];
const STRANGER: Row = ["no action", "404", "404", "404", "404", "404", "404", "404", "404", "hidden", "404"];
const MEMBER: Row = ["pull", "200", "200", "listed", "listed", "200", "200", "302", "200", "allowed", "allowed"];
const GRACE: Row = [
  ...["pull warned", "200 warned", "200 warned", "listed", "listed", "200 warned"],
  ...["200 warned", "302", "200"],
  ...["allowed warned", "allowed warned"],
] as unknown as Row;
const TEAM: Row = ["pull", "200", "200", "listed", "listed", "200", "200", "302", "200", "allowed", "404"];
const refused = (reason: string): Row => [
  "no action",
  `403 ${reason}`,
  `403 ${reason}`,
  "absent",
  "404",
  `403 ${reason}`,
  `403 ${reason}`,
  `403 ${reason}`,
  `403 ${reason}`,
  `denied ${reason}`,
  `denied ${reason}`,
];
const LAPSED = refused("membership_inactive");
const SUSPENDED = refused("member_suspended");
const NOT_ENTITLED = refused("not_entitled");

export const EXPECTED: Record<"open" | "restricted", Record<Who, Row>> = {
  open: {
    anonymous: ANONYMOUS,
    stranger: STRANGER,
    "member without a grant": MEMBER,
    "member with a grant": MEMBER,
    "member with an expired grant": MEMBER,
    "member with a revoked grant": MEMBER,
    "member whose grant is still to begin": MEMBER,
    "lapsed member": LAPSED,
    "member past due in grace": GRACE,
    "member past due out of grace": LAPSED,
    "lifetime member": MEMBER,
    "lifetime member with a grant": MEMBER,
    "suspended member": SUSPENDED,
    owner: TEAM,
    manager: TEAM,
    operator: TEAM,
    readonly: TEAM,
  },
  restricted: {
    anonymous: ANONYMOUS,
    stranger: STRANGER,
    "member without a grant": NOT_ENTITLED,
    "member with a grant": MEMBER,
    "member with an expired grant": NOT_ENTITLED,
    "member with a revoked grant": NOT_ENTITLED,
    "member whose grant is still to begin": NOT_ENTITLED,
    // Lapsed, past due and suspended ones hold a grant: it is their membership that decides.
    "lapsed member": LAPSED,
    "member past due in grace": GRACE,
    "member past due out of grace": LAPSED,
    "lifetime member": NOT_ENTITLED,
    "lifetime member with a grant": MEMBER,
    "suspended member": SUSPENDED,
    owner: TEAM,
    manager: TEAM,
    operator: TEAM,
    readonly: TEAM,
  },
};

/** What the log has of a refusal, by the way it was asked; of everything else it has nothing. */
export const LOGGED: Partial<Record<Column, string>> = {
  manifest: "oci.pull.denied_entitlement",
  blob: "oci.pull.denied_entitlement",
  download: "download.denied_entitlement",
  link: "download.denied_entitlement",
  latest: "download.denied_entitlement",
};
