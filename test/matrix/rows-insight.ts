import { newId } from "#lib/ids.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const newName = () => `m${newId().slice(-12)}`;
const aSlug = async ({ fixture }: Side) => (await fixture.addProduct()).slug;
const OF_PRODUCT = { audience: "team", child: aSlug, missing: newName } as const;
const about = (rest: string) => ({
  path: ({ slug, childId }: Cell) => `/t/${slug}/insight${rest}product=${childId}`,
});

/** What a vendor's customers fetch and run. */
export const INSIGHT_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/insight", ...OF_PRODUCT, ...about("?") },
  { surface: "page /t/[tenant]/insight/versions", ...OF_PRODUCT, ...about("/versions?") },
  { surface: "page /t/[tenant]/insight/members", ...OF_PRODUCT, ...about("/members?") },
  { surface: "page /t/[tenant]/insight/adopters", ...OF_PRODUCT, ...about("/adopters?") },
  {
    surface: "route /t/[tenant]/insight/export",
    ...OF_PRODUCT,
    supportToo: true,
    ...about("/export?of=adopters&"),
  },
];

/** The same over the API. */
export const INSIGHT_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/insight/usage", audience: "team", capability: "member.view" },
  { surface: "api GET /v1/products/<product>/adopters", ...OF_PRODUCT, capability: "member.view" },
];
