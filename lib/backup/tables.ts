/** A table whose rows are in a tenant's backup, and how they come back. */
export interface TableSpec {
  table: string;
  /** Which rows are the tenant's ($1), where that is not its column tenant_id. */
  where?: string;
  /** Only these columns, where not all are. */
  columns?: readonly string[];
  order?: string;
  /** So many rows are read at once, where they are large. */
  fetchRows?: number;
  /** By which columns a row is the same here and in a backup; its id may be another one then. */
  key: readonly string[];
  /** Columns that hold ids of another table's rows, by that table. `?` behind the name: null, or a row that may be gone. */
  refs?: Readonly<Record<string, string>>;
  /** With which part of a tenant it comes back. */
  part: Part;
  /** Columns that a row which is there keeps as it has them. Absent: rows that are there stay as they are whole. */
  sets?: readonly string[];
  /** Whether rows that were added since can be taken away again. */
  removable?: boolean;
  /** Comes back into a new tenant alone. */
  newTenantOnly?: boolean;
}

/** What can be restored apart. `product` is about one product at a time, `always` is what the others stand on. */
export type Part = "always" | "settings" | "members" | "product" | "team" | "history";

const PRODUCT = { part: "product" } as const;
const COUNTED = { part: "product", key: [] as string[] } as const;

/** In the order in which they can be written: what is referred to before what refers to it. */
export const TABLES: readonly TableSpec[] = [
  {
    table: "tenants",
    where: "id = $1",
    key: ["id"],
    part: "settings",
    sets: ["name", "storefront_enabled", "grace_days", "endless_tokens"],
  },
  {
    table: "users",
    where: `id IN (SELECT user_id FROM members WHERE tenant_id = $1
      UNION SELECT user_id FROM tenant_memberships WHERE tenant_id = $1)`,
    columns: ["id", "email", "name"],
    key: ["email"],
    part: "always",
  },
  { table: "tenant_memberships", key: ["user_id"], refs: { user_id: "users" }, part: "team", newTenantOnly: true },
  {
    table: "members",
    key: ["user_id"],
    refs: { user_id: "users" },
    part: "members",
    sets: ["suspended_at", "release_mail"],
  },
  {
    table: "subscriptions",
    key: ["id"],
    refs: { member_id: "members" },
    part: "members",
    sets: ["status", "current_period_end", "past_due_since", "cancel_at_period_end", "plan", "ended_at", "end_reason"],
  },
  {
    table: "products",
    key: ["slug"],
    ...PRODUCT,
    sets: ["name", "description", "visibility", "requires_entitlement", "archived_at"],
  },
  {
    table: "tag_rules",
    key: ["product_id"],
    refs: { product_id: "products" },
    ...PRODUCT,
    sets: [
      "immutable_patterns",
      "retention_enabled",
      "keep_last",
      "keep_days",
      "keep_patterns",
      "keep_pulled_days",
      "untagged_days",
    ],
  },
  { table: "policies", key: ["name"], part: "history", newTenantOnly: true },
  {
    table: "policy_versions",
    key: ["policy_id", "number"],
    refs: { policy_id: "policies" },
    part: "history",
    newTenantOnly: true,
  },
  { table: "member_groups", key: ["name"], part: "members", sets: ["description"] },
  {
    table: "group_members",
    key: ["group_id", "member_id"],
    refs: { group_id: "member_groups", member_id: "members" },
    part: "members",
    removable: true,
  },
  {
    table: "group_products",
    key: ["group_id", "product_id"],
    refs: { group_id: "member_groups", product_id: "products" },
    part: "members",
    removable: true,
  },
  { table: "stripe_prices", key: ["price_id"], part: "settings", sets: ["membership"] },
  {
    table: "stripe_price_mappings",
    key: ["price_id", "product_id"],
    refs: { product_id: "products" },
    part: "settings",
    removable: true,
  },
  {
    table: "entitlements",
    key: ["id"],
    refs: { member_id: "members", product_id: "products" },
    ...PRODUCT,
  },
  { table: "repositories", key: ["name"], refs: { product_id: "products" }, ...PRODUCT },
  {
    table: "manifests",
    key: ["repository_id", "digest"],
    refs: { repository_id: "repositories" },
    fetchRows: 20,
    ...PRODUCT,
  },
  {
    table: "manifest_references",
    key: ["manifest_id", "digest", "kind"],
    refs: { repository_id: "repositories", manifest_id: "manifests" },
    ...PRODUCT,
  },
  {
    table: "repository_blobs",
    key: ["repository_id", "digest"],
    refs: { repository_id: "repositories" },
    ...PRODUCT,
  },
  {
    table: "tags",
    key: ["repository_id", "name"],
    refs: { repository_id: "repositories" },
    ...PRODUCT,
    sets: ["digest"],
    removable: true,
  },
  {
    table: "tag_events",
    key: ["id"],
    refs: { repository_id: "repositories" },
    ...PRODUCT,
  },
  {
    table: "releases",
    key: ["product_id", "version_key"],
    refs: { product_id: "products" },
    ...PRODUCT,
    sets: ["channel", "status", "notes", "published_at", "yanked_at", "yank_reason", "archived_at"],
  },
  { table: "announcements", key: ["release_id"], refs: { release_id: "releases" }, ...PRODUCT },
  {
    table: "release_images",
    key: ["release_id", "repository_id", "digest"],
    refs: { release_id: "releases", repository_id: "repositories" },
    ...PRODUCT,
  },
  {
    table: "assets",
    key: ["release_id", "filename"],
    refs: { release_id: "releases", "signs_id?": "assets" },
    ...PRODUCT,
  },
  {
    table: "recalls",
    key: ["id"],
    refs: { product_id: "products", "release_id?": "releases", "repository_id?": "repositories" },
    ...PRODUCT,
  },
  {
    table: "recalled_images",
    key: ["recall_id", "repository_id", "digest"],
    refs: { recall_id: "recalls", "repository_id?": "repositories" },
    ...PRODUCT,
  },
  {
    table: "deleted_versions",
    key: ["product_id", "version_key"],
    refs: { product_id: "products", "release_id?": "releases" },
    ...PRODUCT,
  },
  {
    table: "pull_days",
    ...COUNTED,
    key: ["repository_id", "day", "digest", "tag"],
    refs: { repository_id: "repositories" },
  },
  {
    table: "pulled_by",
    ...COUNTED,
    key: ["repository_id", "digest", "actor"],
    refs: { repository_id: "repositories", product_id: "products", "member_id?": "members" },
  },
  {
    table: "download_days",
    ...COUNTED,
    key: ["asset_id", "day"],
    refs: { asset_id: "assets", release_id: "releases" },
  },
  {
    table: "downloaded_by",
    ...COUNTED,
    key: ["asset_id", "actor"],
    refs: { asset_id: "assets", release_id: "releases", product_id: "products", "member_id?": "members" },
  },
  { table: "product_days", ...COUNTED, key: ["product_id", "day"], refs: { product_id: "products" } },
  {
    table: "member_days",
    ...COUNTED,
    key: ["day", "product_id", "member_id"],
    refs: { product_id: "products", member_id: "members" },
  },
  {
    table: "audit_events",
    key: ["id"],
    order: "seq",
    part: "history",
    newTenantOnly: true,
  },
];
