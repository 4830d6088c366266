import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { S3Files } from "./index.ts";
import { describeNamedFiles } from "./named-files.contract.ts";

describeNamedFiles("S3", () => new S3Files({ ...inject("s3"), prefix: `${randomUUID()}/` }));
