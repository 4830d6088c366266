/**
 * What a vendor's customers fetch and run: use by day, product and member, how far members have come, who still runs what.
 * Questions alone: what they rest on is counted where it happens (lib/catalog, lib/entitlements).
 * Hidden: how a member's version is told from what they fetched, how a table is read page by page.
 */
export { ExportInsight, exportInsight } from "./export-insight.ts";
export { type Adopter, AdopterFilter, listAdopters } from "./list-adopters.ts";
export { type Choice, listChoices } from "./list-choices.ts";
export { listMemberUse, type MemberUse, MemberUseFilter } from "./list-member-use.ts";
export { listProductUse, type ProductUse, ProductUseFilter } from "./list-product-use.ts";
export { listVersionUse, type RunVersion, type VersionUse, VersionUseFilter } from "./list-version-use.ts";
export type { Page } from "./page.ts";
export { Days, PERIODS } from "./period.ts";
export { type DayUse, type Use, UseFilter, viewUse } from "./view-use.ts";
