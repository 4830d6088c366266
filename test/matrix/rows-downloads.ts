import { newId } from "#lib/ids.ts";
import { publishAsset } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

/** A customer's calls, too. */
const PULL = { audience: "member", capability: "registry.pull", customersToo: true } as const;

const FILENAME = "app.tar.gz";
const newName = () => `m${newId().slice(-12)}`;
const aFile = async ({ fixture }: Side) => (await publishAsset(fixture, { product: fixture.product })).id;
/** A product with a file for Linux, of which electron-updater would take note. */
const aShipped = async ({ fixture }: Side) => {
  const product = await fixture.addProduct();
  await publishAsset(fixture, { product, asset: { os: "linux", arch: "amd64", sha512: "00" } });
  return product.slug;
};
const SHIPPED = { ...PULL, child: aShipped, missing: newName } as const;
const under = (rest: string) => ({
  path: ({ slug, childId }: Cell) => `/v1/products/${childId}/${rest}?tenant=${slug}`,
});

/** Files of releases as members and their programs get them. */
export const DOWNLOAD_ROWS: readonly Row[] = [
  { surface: "api GET /v1/downloads", ...PULL },
  { surface: "api GET /v1/products/<product>/downloads", ...SHIPPED },
  { surface: "api GET /v1/downloads/<file>", ...PULL, child: aFile },
  {
    surface: "api GET /v1/downloads/<file>/<filename>",
    ...PULL,
    child: aFile,
    path: ({ slug, childId }) => `/v1/downloads/${childId}/${FILENAME}?tenant=${slug}`,
  },
  { surface: "api POST /v1/downloads/<file>/link", ...PULL, child: aFile, input: () => ({}) },
  // Whoever has one may use it; what one opens is held to its asker's rights in server/download-links.db.test.ts.
  { surface: "api GET /v1/files/<link>", audience: "anyone", status: 404 },
  {
    surface: "api GET /v1/products/<product>/latest/<platform>",
    ...SHIPPED,
    ...under("latest/linux-amd64"),
    status: 302,
  },
  {
    surface: "api GET /v1/products/<product>/latest/<platform>/<filename>",
    ...SHIPPED,
    ...under(`latest/linux-amd64/${FILENAME}`),
    status: 302,
  },
  { surface: "api GET /v1/products/<product>/updates", ...SHIPPED },
  { surface: "api GET /v1/products/<product>/appcast.xml", ...SHIPPED },
  { surface: "api GET /v1/products/<product>/<feed>.yml", ...SHIPPED, ...under("latest-linux.yml") },
];
