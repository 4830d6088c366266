import { z } from "zod";
import { FILE_LABELS, Sha256 } from "#lib/releases/index.ts";
import { type Operation, stream } from "../operation.ts";
import { putFile } from "../put-file.ts";
import { createUpload, inTus, patchUpload, terminateUpload, uploadProgress } from "../tus.ts";
import { ProductName } from "./products.ts";

const group = "Releases";
const needs = "release.publish";
const params = z.strictObject({ upload: z.uuid().describe("The upload's id") });
const version = z.literal("1.0.0");
const { signsId: signs, ...labels } = FILE_LABELS;

const FileShape = z
  .strictObject({
    id: z.uuid(),
    filename: z.string().meta({ example: "pro-2.1.0-linux-amd64.tar.gz" }),
    size: z.int().describe("Bytes"),
    os: z.string().nullable(),
    arch: z.string().nullable(),
    sha256: z.string().describe("In hex"),
    sha512: z.string().nullable().describe("In hex"),
    signsId: z.uuid().nullable().describe("The file that this one is the signature of"),
    createdAt: z.iso.datetime(),
    changed: z.boolean().describe("false: the release had it already"),
  })
  .meta({ id: "AddedFile" });

/** Files on their way into releases: with one line of curl, or in pieces by any tus client (https://tus.io, 1.0.0). */
export const UPLOAD_OPERATIONS: readonly Operation[] = [
  stream({
    method: "PUT",
    path: "/v1/products/{product}/releases/{version}/files/{filename}",
    summary: "Add a file to a release",
    description:
      "The release must be there. The same bytes again change nothing; other bytes under the same name are a conflict. A wrong digest keeps nothing.",
    group,
    needs,
    bytes: true,
    params: z.strictObject({
      product: ProductName,
      version: z.string().max(260).describe("The release's version"),
      filename: z.string().max(2000).describe("What the file is to be called"),
    }),
    query: z.strictObject({
      sha256: Sha256.optional().describe("What the bytes must have; Repr-Digest and Content-Digest say the same"),
      os: labels.os.describe("Guessed from the name where it is left out"),
      arch: labels.arch.describe("Guessed from the name where it is left out"),
      signs: signs.describe("The id of the file that this one is the signature of"),
    }),
    response: FileShape,
    answers: { 201: "The file", 200: "The file, which the release had already" },
    answer: ({ request, params, query: { signs, ...rest }, ctx, again }) =>
      putFile(request, ctx, { params, labels: { ...rest, signsId: signs }, again }),
  }),
  stream({
    method: "POST",
    path: "/v1/uploads",
    summary: "Begin an upload in pieces",
    description:
      "tus 1.0.0 (creation, expiration, termination): any tus client uploads here, and resumes. Upload-Metadata names `release` (its id) and `filename`, and may name `sha256`, `os`, `arch` and `signs`.",
    group,
    needs,
    headers: z.object({
      "Tus-Resumable": version,
      "Upload-Length": z.string().describe("Bytes"),
      "Upload-Metadata": z.string().describe("Names, each with its value in base64 after a space, set apart by commas"),
    }),
    response: null,
    answers: { 201: "Location is the upload; Upload-Expires when it is given up" },
    answer: ({ request, ctx }) => inTus(request, () => createUpload(request, ctx)),
  }),
  stream({
    method: "HEAD",
    path: "/v1/uploads/{upload}",
    summary: "Ask how far an upload got",
    group,
    needs,
    tickets: true,
    params,
    headers: z.object({ "Tus-Resumable": version }),
    response: null,
    answers: { 200: "Upload-Offset and Upload-Length say it" },
    answer: ({ request, params, ctx }) => inTus(request, () => uploadProgress(ctx, params.upload)),
  }),
  stream({
    method: "PATCH",
    path: "/v1/uploads/{upload}",
    summary: "Send the next bytes of an upload",
    description: "With the last of them it is the release's file, which has the upload's id.",
    group,
    needs,
    bytes: true,
    tickets: true,
    params,
    headers: z.object({
      "Tus-Resumable": version,
      "Upload-Offset": z.string().describe("Where these bytes begin"),
      "Content-Type": z.literal("application/offset+octet-stream"),
    }),
    response: null,
    answers: { 204: "Upload-Offset says how many bytes are kept" },
    answer: ({ request, params, ctx, again }) =>
      inTus(request, () => patchUpload(request, ctx, { uploadId: params.upload, still: again })),
  }),
  stream({
    method: "DELETE",
    path: "/v1/uploads/{upload}",
    summary: "Give an upload up",
    group,
    needs,
    tickets: true,
    params,
    headers: z.object({ "Tus-Resumable": version }),
    response: null,
    answers: { 204: "It is gone with its bytes" },
    answer: ({ request, params, ctx }) => inTus(request, () => terminateUpload(ctx, params.upload)),
  }),
];
