import type { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { AppError } from "../errors.ts";

export interface BucketSettings {
  bucket: string;
  region: string;
  /** Where the store is, unless it is Amazon's own. */
  endpoint?: string;
  /** Without it, the SDK's own ways to find some: a role of the machine, say. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  forcePathStyle: boolean;
  /** What the name of every object begins with. */
  prefix: string;
}

export interface StoredObject {
  name: string;
  bytes: number;
  changedAt: Date;
}

export interface Part {
  number: number;
  etag: string;
  bytes: number;
}

export interface Multipart {
  name: string;
  id: string;
}

const CONNECTIONS = 128;
const TIMEOUT_MS = 30_000;
const LINK_SECONDS = 60;
const TYPE = "application/octet-stream";

/** One bucket of an object store that speaks S3. Names are without the prefix. The SDK is loaded when it is first needed. */
export class Bucket {
  readonly #settings: BucketSettings;
  #opened: Promise<{ sdk: typeof import("@aws-sdk/client-s3"); client: S3Client }> | undefined;

  constructor(settings: BucketSettings) {
    this.#settings = settings;
  }

  async put(name: string, body: Buffer): Promise<void> {
    const { sdk, client } = await this.#open();
    const object = { ...this.#at(name), Body: body, ContentLength: body.length, ContentType: TYPE };
    await answered(client.send(new sdk.PutObjectCommand(object)));
  }

  /** A whole object, or null where there is none. */
  async get(name: string): Promise<Buffer | null> {
    const { sdk, client } = await this.#open();
    const found = await orNull(client.send(new sdk.GetObjectCommand(this.#at(name))));
    if (!found) return null;
    return answered((async () => Buffer.concat(await (found.Body as Readable).toArray()))());
  }

  /** @throws not_found */
  async stream(name: string, range: { start: number; length: number } | null): Promise<Readable> {
    const { sdk, client } = await this.#open();
    const part = range ? { Range: `bytes=${range.start}-${range.start + range.length - 1}` } : {};
    const found = await orNull(client.send(new sdk.GetObjectCommand({ ...this.#at(name), ...part })));
    if (!found) throw new Error("the object store lacks an object that a row names");
    return found.Body as Readable;
  }

  /** How many bytes an object has, or null where there is none. */
  async size(name: string): Promise<number | null> {
    const { sdk, client } = await this.#open();
    const found = await orNull(client.send(new sdk.HeadObjectCommand(this.#at(name))));
    return found ? (found.ContentLength ?? 0) : null;
  }

  async remove(name: string): Promise<void> {
    const { sdk, client } = await this.#open();
    await orNull(client.send(new sdk.DeleteObjectCommand(this.#at(name))));
  }

  /** A link to read an object with, for a minute; `disposition` is the Content-Disposition that the store then sends. */
  async link(name: string, disposition?: string): Promise<string> {
    const { sdk, client } = await this.#open();
    const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");
    const command = new sdk.GetObjectCommand({
      ...this.#at(name),
      ResponseContentType: TYPE,
      ResponseContentDisposition: disposition,
    });
    return answered(getSignedUrl(client, command, { expiresIn: LINK_SECONDS }));
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const { sdk, client } = await this.#open();
    const { Bucket, Key: Prefix } = this.#at(prefix);
    for (let ContinuationToken: string | undefined, more = true; more; ) {
      const page = await answered(client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken })));
      for (const { Key, Size, LastModified } of page.Contents ?? [])
        yield { name: this.#nameOf(Key), bytes: Size ?? 0, changedAt: LastModified ?? new Date() };
      ContinuationToken = page.NextContinuationToken;
      more = ContinuationToken !== undefined;
    }
  }

  async begin(name: string): Promise<Multipart> {
    const { sdk, client } = await this.#open();
    const begun = new sdk.CreateMultipartUploadCommand({ ...this.#at(name), ContentType: TYPE });
    const { UploadId = "" } = await answered(client.send(begun));
    return { name, id: UploadId };
  }

  async putPart(upload: Multipart, number: number, body: Buffer): Promise<Part> {
    const { sdk, client } = await this.#open();
    const part = { ...this.#of(upload), PartNumber: number, Body: body, ContentLength: body.length };
    const { ETag = "" } = await answered(client.send(new sdk.UploadPartCommand(part)));
    return { number, etag: ETag, bytes: body.length };
  }

  /** Makes a part from an object that is there, without its bytes going through here. */
  async copyPart(
    upload: Multipart,
    number: number,
    from: { name: string; start: number; bytes: number },
  ): Promise<Part> {
    const { sdk, client } = await this.#open();
    const { Bucket, Key } = this.#at(from.name);
    const source = {
      CopySource: `${Bucket}/${Key.split("/").map(encodeURIComponent).join("/")}`,
      CopySourceRange: `bytes=${from.start}-${from.start + from.bytes - 1}`,
    };
    const part = { ...this.#of(upload), PartNumber: number, ...source };
    const { CopyPartResult } = await answered(client.send(new sdk.UploadPartCopyCommand(part)));
    return { number, etag: CopyPartResult?.ETag ?? "", bytes: from.bytes };
  }

  async complete(upload: Multipart, parts: readonly Part[]): Promise<void> {
    const { sdk, client } = await this.#open();
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    const all = { ...this.#of(upload), MultipartUpload: { Parts } };
    await answered(client.send(new sdk.CompleteMultipartUploadCommand(all)));
  }

  async abort(upload: Multipart): Promise<void> {
    const { sdk, client } = await this.#open();
    await orNull(client.send(new sdk.AbortMultipartUploadCommand(this.#of(upload))));
  }

  async *listMultiparts(prefix: string): AsyncIterable<Multipart & { begunAt: Date }> {
    const { sdk, client } = await this.#open();
    const { Bucket, Key: Prefix } = this.#at(prefix);
    for (let at: { KeyMarker?: string; UploadIdMarker?: string } | null = {}; at; ) {
      const asked = new sdk.ListMultipartUploadsCommand({ Bucket, Prefix, ...at });
      const page: import("@aws-sdk/client-s3").ListMultipartUploadsCommandOutput = await answered(client.send(asked));
      for (const { Key, UploadId = "", Initiated } of page.Uploads ?? [])
        yield { name: this.#nameOf(Key), id: UploadId, begunAt: Initiated ?? new Date() };
      at = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
    }
  }

  #at(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#settings.bucket, Key: this.#settings.prefix + name };
  }

  #of({ name, id }: Multipart): { Bucket: string; Key: string; UploadId: string } {
    return { ...this.#at(name), UploadId: id };
  }

  #nameOf(key: string | undefined): string {
    return (key ?? "").slice(this.#settings.prefix.length);
  }

  #open() {
    this.#opened ??= (async () => {
      const sdk = await import("@aws-sdk/client-s3");
      const { region, endpoint, credentials, forcePathStyle } = this.#settings;
      const client = new sdk.S3Client({
        region,
        endpoint,
        credentials,
        forcePathStyle,
        // The newer checksums are Amazon's alone; every digest is checked here in any case.
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
        requestHandler: {
          connectionTimeout: 5000,
          requestTimeout: TIMEOUT_MS,
          httpAgent: { maxSockets: CONNECTIONS },
          httpsAgent: { maxSockets: CONNECTIONS },
        },
      });
      return { sdk, client };
    })();
    return this.#opened;
  }
}

async function answered<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw translated(error as Error);
  }
}

async function orNull<T>(request: Promise<T>): Promise<T | null> {
  return request.catch((error: Error) => {
    if (["NoSuchKey", "NotFound", "NoSuchUpload"].includes(error.name)) return null;
    throw translated(error);
  });
}

function translated(error: Error): Error {
  return new AppError(
    "unavailable",
    "The registry's object store does not answer as it should. Try again in a moment.",
    {
      cause: error,
      retryAfterSeconds: 5,
    },
  );
}
