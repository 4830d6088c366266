/** What a backup's state is called. */
export const STATES = {
  writing: { word: "Being made", tone: "accent" },
  kept: { word: "Kept", tone: "good" },
  failed: { word: "Failed", tone: "danger" },
  unread: { word: "Uploaded, not opened", tone: "warn" },
} as const;

/** The tables of a backup as people call them; what is not here is shown as it is named. */
const TABLES: Record<string, string> = {
  tenants: "settings",
  users: "people",
  tenant_memberships: "team",
  members: "members",
  subscriptions: "memberships",
  products: "products",
  tag_rules: "retention rules",
  member_groups: "groups",
  group_members: "members of groups",
  group_products: "products of groups",
  stripe_prices: "prices",
  stripe_price_mappings: "products of prices",
  entitlements: "grants",
  repositories: "repositories",
  manifests: "images",
  manifest_references: "references of images",
  repository_blobs: "layers in repositories",
  tags: "tags",
  tag_events: "moves of tags",
  releases: "releases",
  announcements: "announcements",
  release_images: "images of releases",
  assets: "files",
  recalls: "recalls",
  recalled_images: "recalled images",
  deleted_versions: "deleted versions",
  audit_events: "audit log",
};

const COUNTS = /^(pull|download|product|member)(_days|ed_by|loaded_by)/;

/** How much of what there is, by its word, in the order in which it is read; counts of what was fetched are one. */
export function contentsInWords(tables: Record<string, number>): [what: string, rows: number][] {
  const sums = new Map(Object.keys(TABLES).map((table) => [tableWord(table), 0]));
  for (const [table, rows] of Object.entries(tables)) {
    const word = COUNTS.test(table) ? "counts of what was fetched" : tableWord(table);
    sums.set(word, (sums.get(word) ?? 0) + rows);
  }
  return [...sums].filter(([, rows]) => rows > 0);
}

/** What of a backup is restored, and where to. */
export function scopeWords({ part, product, into }: { part: string; product?: string; into: unknown }): string {
  if (into) return "everything, into a new workspace";
  if (part === "product") return `the product ${product}`;
  return { members: "members, groups and grants", settings: "settings and prices" }[part] ?? "everything";
}

export function tableWord(table: string): string {
  return TABLES[table] ?? (COUNTS.test(table) ? `counts (${table.replaceAll("_", " ")})` : table.replaceAll("_", " "));
}

/** What was taken since and would come back, by kind: what it is called, and what happens when it does. */
export const COMING_BACK: Record<string, string> = {
  setting: "Settings that were tightened since",
  member: "Members who were suspended since",
  membership: "Memberships that ended since",
  product: "Products that were archived since",
  restriction: "Products that were restricted since",
  hidden: "Products that were hidden since",
  release: "Releases that were yanked or archived since",
  grant: "Grants that were revoked since",
  group_member: "Members who were taken out of groups since",
  group_product: "Products that were taken from groups since",
  price_product: "Products that prices gave, and no longer do",
  price_membership: "Prices that made a member, and no longer do",
};

export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

export function scheduleWords({
  schedule,
  hour,
  weekday,
}: {
  schedule: string;
  hour: number;
  weekday: number;
}): string {
  const at = `at ${String(hour).padStart(2, "0")}:00 UTC`;
  if (schedule === "daily") return `Every day ${at}`;
  return schedule === "weekly" ? `Every ${DAYS[weekday] ?? "week"} ${at}` : "Off";
}
