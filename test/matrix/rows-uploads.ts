import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { newRelease } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side, Somebody } from "./world.ts";

const PUBLISH = { audience: "team", capability: "release.publish" } as const;
const VERSION = "9.0.0-matrix";
const TUS = { "tus-resumable": "1.0.0" };
const base64 = (text: string) => Buffer.from(text).toString("base64");

const aDraft = async ({ fixture }: Side) => (await newRelease(fixture)).id;
/** A product with a draft of VERSION, by its slug. */
const withDraft = async ({ fixture }: Side) => {
  const product = await fixture.addProduct();
  await newRelease({ tenant: fixture.tenant, product }, { version: VERSION });
  return product.slug;
};
/** An upload of two bytes that the person's token began. */
const anUpload = async ({ fixture }: Side, { tokenId }: Somebody) => {
  const of = { tenantId: fixture.tenant.id, releaseId: (await newRelease(fixture)).id };
  const data = { ...of, startedBy: `token:${tokenId}`, filename: "matrix.bin", size: 2n };
  return (await db().upload.create({ data })).id;
};
const UPLOAD = { ...PUBLISH, child: anUpload } as const;

/** Files on their way into releases. */
export const UPLOAD_ROWS: readonly Row[] = [
  {
    surface: "api PUT /v1/products/<product>/releases/<version>/files/<filename>",
    ...PUBLISH,
    child: withDraft,
    path: ({ slug, childId }) => `/v1/products/${childId}/releases/${VERSION}/files/matrix.bin?tenant=${slug}`,
    input: () => ({}),
    bytes: true,
    status: 201,
  },
  {
    surface: "api POST /v1/uploads",
    ...PUBLISH,
    child: aDraft,
    headers: ({ childId }: Cell) => ({
      ...TUS,
      "upload-length": "2",
      "upload-metadata": `release ${base64(childId)},filename ${base64(`${newId()}.bin`)}`,
    }),
    status: 201,
  },
  { surface: "api HEAD /v1/uploads/<upload>", ...UPLOAD, headers: () => TUS },
  {
    // As JSON, two bytes.
    surface: "api PATCH /v1/uploads/<upload>",
    ...UPLOAD,
    headers: () => ({ ...TUS, "content-type": "application/offset+octet-stream", "upload-offset": "0" }),
    input: () => "",
    bytes: true,
    status: 204,
  },
  { surface: "api DELETE /v1/uploads/<upload>", ...UPLOAD, headers: () => TUS, status: 204 },
];
