import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { describeBlobStore } from "./blob-store.contract.ts";
import { S3Store } from "./index.ts";

const prefix = `${randomUUID()}/`;
describeBlobStore("S3", () => new S3Store({ ...inject("s3"), prefix, redirect: false }));
