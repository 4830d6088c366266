import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#lib/db/index.ts";
import { childEnv, env } from "#lib/env.ts";
import {
  type Fixture,
  freshTenant,
  type Pushed,
  personalToken,
  pushBlob,
  pushImage,
  randomBlob,
} from "#lib/testing/index.ts";
import { rawRequest } from "./listen-for-test.ts";

/** The data plane in a process of its own, on a role that may read every table and write none. */
const SERVE = `
  const { listenDataPlane } = await import("./server/listen-for-test.ts");
  process.send((await listenDataPlane()).port);`;
const role = `reader_${randomBytes(6).toString("hex")}`;
let child: ChildProcess;
let port: number;
let t: Fixture;
let image: Pushed;
let stray: string;
let owner: string;
let member: string;

beforeAll(async () => {
  t = await freshTenant();
  image = await pushImage(t.ctx, t.repository, ["1.0"]);
  stray = await pushBlob(t.ctx, t.repository, randomBlob());
  owner = (await personalToken(t.users.owner, ["registry.pull", "registry.push"])).secret;
  member = (await personalToken({ id: t.member.userId, email: t.member.email })).secret;
  await pool().query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  await pool().query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
  const url = new URL(env().DATABASE_URL ?? "");
  Object.assign(url, { username: role, password: role });
  child = spawn(process.execPath, ["--disable-warning=DeprecationWarning", "--input-type=module", "-e", SERVE], {
    env: childEnv({ DATABASE_URL: url.href }),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  [port] = (await once(child, "message")) as [number];
});
afterAll(async () => {
  child?.kill();
  if (child) await once(child, "exit");
  await pool().query(`DROP OWNED BY ${role}`);
  await pool().query(`DROP ROLE ${role}`);
});

const ask = (method: string, path: string, secret: string) =>
  rawRequest(port, { method, path, headers: { authorization: `Bearer ${secret}` } });

describe("threat row 7, the action follows from the method: on a database role that may only read", () => {
  it("GET and HEAD of everything are answered, to customers and to who may push", async () => {
    const at = (rest: string) => `/v2/${t.repository.name}/${rest}`;
    const reads = [
      "/v2/",
      "/v2/_catalog",
      at("tags/list"),
      at("manifests/1.0"),
      at(`manifests/${image.digest}`),
      at(`blobs/${image.layer}`),
      at(`referrers/${image.digest}`),
    ];
    for (const secret of [owner, member]) {
      for (const path of reads) {
        for (const method of ["GET", "HEAD"]) {
          expect((await ask(method, path, secret)).status, `${method} ${path}`).toBe(200);
        }
      }
    }
    expect((await ask("HEAD", at(`blobs/${stray}`), owner)).status).toBe(200);
    expect((await ask("GET", at(`blobs/${stray}`), member)).status).toBe(404);
  });

  it("a token is issued, and nothing can be written", async () => {
    const authorization = `Basic ${Buffer.from(`token:${owner}`).toString("base64")}`;
    const path = `/auth/token?scope=repository:${t.repository.name}:pull`;
    expect((await rawRequest(port, { path, headers: { authorization } })).status).toBe(200);
    const before = await t.rows();
    const upload = await ask("POST", `/v2/${t.repository.name}/blobs/uploads/`, owner);
    expect(upload.status).toBeGreaterThanOrEqual(500);
    expect(await t.rows()).toEqual(before);
  });
});
