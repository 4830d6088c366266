import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { childEnv, env } from "#lib/env.ts";

/** Starts the server. @returns its exit code and what it said */
async function start(settings: Record<string, string>): Promise<{ code: number; said: string }> {
  const how = { env: childEnv({ PORT: "3999", ...settings }), timeout: 15_000 };
  return promisify(execFile)(process.execPath, ["server.ts"], how).then(
    ({ stderr }) => ({ code: 0, said: stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );
}

describe("a server whose store can't be used ends at its start and says why in one line", () => {
  it("where nobody answers for the bucket", async () => {
    const nowhere = { S3_ENDPOINT: "http://127.0.0.1:9", S3_ACCESS_KEY_ID: "id", S3_SECRET_ACCESS_KEY: "secret" };
    const { code, said } = await start({ S3_BUCKET: "blobs", ...nowhere });
    expect(code).toBe(2);
    expect(said).toMatch(/^purser: the bucket blobs at http:\/\/127\.0\.0\.1:9 can't be written to and read: .+\n$/);
  });

  it("where the folder is none", async () => {
    const dir = path.join(env().DATA_DIR, "blocked");
    mkdirSync(dir, { recursive: true });
    writeFileSync(path.join(dir, "store"), "a file where a folder must be");
    const { code, said } = await start({ DATA_DIR: dir });
    expect(code).toBe(2);
    expect(said).toMatch(/^purser: \/.+blocked\/store can't be written to and read: EEXIST.+\n$/);
  });
});
