import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { DiskFiles } from "./index.ts";
import { describeNamedFiles } from "./named-files.contract.ts";

const root = await mkdtemp(path.join(tmpdir(), "purser-files-"));
afterAll(() => rm(root, { recursive: true, force: true }));

describeNamedFiles("the disk", () => new DiskFiles(root));
