import { db } from "#lib/db/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { IMAGE, pushBlob, pushImage, randomBlob } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side, Somebody } from "./world.ts";

/** The registry's operations: a pull is the customers' too, a push the team's. */
const PULL = { audience: "member", capability: "registry.pull", customersToo: true } as const;
const PUSH = { audience: "member", capability: "registry.push" } as const;

const at = (rest: (cell: Cell) => string) => (cell: Cell) =>
  `/v2/${cell.slug}/${cell.side.fixture.product.slug}/${rest(cell)}`;
const byDigest = { missing: () => digestOf(randomBlob()) };
const MANIFEST = {
  child: ({ image }: Side) => image.digest,
  path: at(({ childId }) => `manifests/${childId}`),
  ...byDigest,
};
const BLOB = { child: ({ image }: Side) => image.layer, path: at(({ childId }) => `blobs/${childId}`), ...byDigest };
const UPLOAD = { child: upload, path: at(({ childId }) => `blobs/uploads/${childId}`) };
const BYTES = "a layer";
const DELETE = { audience: "member", capability: "registry.delete", status: 202 } as const;

/** What a cell may delete: made for it. */
const spareManifest = async ({ fixture }: Side) => (await pushImage(fixture.ctx, fixture.repository, ["spare"])).digest;
const spareBlob = ({ fixture }: Side) => pushBlob(fixture.ctx, fixture.repository, randomBlob());

/** An upload that the caller began with the token that the call carries. */
async function upload({ fixture }: Side, { tokenId }: Somebody): Promise<string> {
  const { id: repositoryId } = await db().repository.findFirstOrThrow({ where: { name: fixture.repository.name } });
  const data = { tenantId: fixture.tenant.id, repositoryId, startedBy: `token:${tokenId}` };
  return (await db().upload.create({ data, select: { id: true } })).id;
}

export const REGISTRY_ROWS: readonly Row[] = [
  { surface: "oci GET ping", audience: "person" },
  { surface: "oci HEAD ping", audience: "person" },
  { surface: "oci GET manifest", ...PULL, ...MANIFEST },
  { surface: "oci HEAD manifest", ...PULL, ...MANIFEST },
  {
    surface: "oci PUT manifest",
    ...PUSH,
    path: at(() => "manifests/again"),
    headers: () => ({ "content-type": IMAGE }),
    input: ({ side }) => side.image.bytes.toString(),
    status: 201,
  },
  { surface: "oci DELETE manifest", ...MANIFEST, ...DELETE, child: spareManifest },
  { surface: "oci DELETE blob", ...BLOB, ...DELETE, child: spareBlob },
  { surface: "oci GET blob", ...PULL, ...BLOB },
  { surface: "oci HEAD blob", ...PULL, ...BLOB },
  { surface: "oci POST uploads", ...PUSH, path: at(() => "blobs/uploads/"), status: 202 },
  { surface: "oci GET upload", ...PUSH, ...UPLOAD, status: 204 },
  { surface: "oci HEAD upload", ...PUSH, ...UPLOAD, status: 204 },
  { surface: "oci PATCH upload", ...PUSH, ...UPLOAD, input: () => BYTES, status: 202 },
  {
    surface: "oci PUT upload",
    ...PUSH,
    child: upload,
    path: at(({ childId }) => `blobs/uploads/${childId}?digest=${digestOf(Buffer.from(BYTES))}`),
    input: () => BYTES,
    status: 201,
  },
  { surface: "oci DELETE upload", ...PUSH, ...UPLOAD, status: 204 },
  { surface: "oci GET tags", ...PULL, path: at(() => "tags/list") },
  { surface: "oci HEAD tags", ...PULL, path: at(() => "tags/list") },
  { surface: "oci GET referrers", ...PULL, path: at(({ side }) => `referrers/${side.image.digest}`) },
  { surface: "oci HEAD referrers", ...PULL, path: at(({ side }) => `referrers/${side.image.digest}`) },
  { surface: "oci GET catalog", audience: "person", path: () => "/v2/_catalog" },
  { surface: "oci HEAD catalog", audience: "person", path: () => "/v2/_catalog" },
];
