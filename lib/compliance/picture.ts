/** What a snapshot shows: who may have what at a moment, why, and what keeps it so. Dates are ISO 8601, in UTC. */
export interface Picture {
  format: "purser.compliance/1";
  tenant: { id: string; slug: string; name: string };
  takenAt: string;
  takenBy: string;
  /** The tenant's audit log as it was: its last row, and the hash that all rows before it lead to. */
  audit: { rows: number; hash: string | null };
  team: TeamEntry[];
  members: MemberEntry[];
  products: ProductEntry[];
  /** Grants that are active at that moment. */
  grants: GrantEntry[];
  groups: GroupEntry[];
  tokens: TokenEntry[];
  tags: TagEntry[];
  recalls: RecallEntry[];
  policies: {
    graceDays: number;
    endlessTokens: boolean;
    tagRules: TagRulesEntry[];
    /** Absent in snapshots that were taken before there were any. */
    inForce?: PolicyEntry[];
  };
  /** Differences between Stripe and the ledger; null where no account is connected, or Stripe did not answer. */
  stripe: { account: string; drift: string[] | null; problem: string | null } | null;
}

export interface TeamEntry {
  email: string;
  role: string;
  since: string;
  secondFactor: boolean;
  passkeys: number;
  lastSeenAt: string | null;
}

export interface MemberEntry {
  id: string;
  email: string;
  /** Whether what they paid for holds, and in words. */
  goodStanding: boolean;
  standing: string;
  suspended: boolean;
}

export interface ProductEntry {
  slug: string;
  name: string;
  /** Whether it needs a grant beside good standing. */
  restricted: boolean;
  /** Whether it is there for whoever has a grant alone. */
  hidden: boolean;
  archived: boolean;
}

export interface GrantEntry {
  memberId: string;
  email: string;
  product: string;
  source: string;
  reference: string;
  reason: string;
  grantedBy: string;
  grantedAt: string;
  expiresAt: string | null;
}

export interface GroupEntry {
  name: string;
  origin: string;
  role: string | null;
  products: string[];
  members: number;
}

export interface TokenEntry {
  kind: string;
  name: string;
  owner: string | null;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  ageDays: number;
}

export interface TagEntry {
  repository: string;
  tag: string;
  digest: string;
  /** Whether something that refers to it is a signature: by a referrer, or by cosign's tag. */
  signed: boolean;
  recalled: boolean;
}

export interface RecallEntry {
  product: string;
  what: string;
  reason: string;
  recalledAt: string;
}

export interface TagRulesEntry {
  product: string;
  immutable: string[];
  retention: boolean;
}

/** A version of a policy that is in force. */
export interface PolicyEntry {
  kind: string;
  name: string;
  version: number;
  activatedAt: string;
  activatedBy: string;
  /** What it says, by its kind (docs/policies.md). */
  document: unknown;
}

/** How much of each kind, for a list. */
export type Counts = Record<
  "team" | "members" | "products" | "grants" | "tokens" | "tags" | "unsigned" | "recalled",
  number
>;

export function countsOf(picture: Picture): Counts {
  const { team, members, products, grants, tokens, tags } = picture;
  return {
    team: team.length,
    members: members.length,
    products: products.length,
    grants: grants.length,
    tokens: tokens.length,
    tags: tags.length,
    unsigned: tags.filter(({ signed }) => !signed).length,
    recalled: tags.filter(({ recalled }) => recalled).length,
  };
}
