import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll } from "vitest";
import { ALL_CAPABILITIES, type Role, SUPPORT_ROLE } from "#lib/access/index.ts";
import { db } from "#lib/db/index.ts";
import { childEnv, keyFor, setEnv } from "#lib/env.ts";
import { freePort } from "#lib/free-port.ts";
import { hashPassword } from "#lib/identity/index.ts";
import { enterTenant } from "#lib/instance/index.ts";
import {
  accountCtx,
  type Fixture,
  freshTenant,
  newUser,
  type Pushed,
  personalToken,
  pushImage,
  sessionOf,
} from "#lib/testing/index.ts";
import { holdSnapshots } from "./held-runs.ts";

export const ACTORS = [
  "anonymous",
  "stranger",
  "member",
  "readonly",
  "operator",
  "manager",
  "owner",
  "ownerB",
  "admin",
  "support",
] as const;
export type ActorName = (typeof ACTORS)[number];

/** Somebody with a signed-in browser and a token that may whatever they may. */
export interface Somebody {
  id: string;
  email: string;
  session: string;
  cookie: string;
  token: string;
  tokenId: string;
}

export interface Side {
  fixture: Fixture;
  image: Pushed;
}

export interface World {
  url: string;
  a: Side;
  b: Side;
  people: Record<Exclude<ActorName, "anonymous">, Somebody>;
}

/** How an actor stands to tenant A or B. */
export function roleIn(actor: ActorName, tenant: "a" | "b"): Role | "member" | null {
  if (actor === "support") return tenant === "a" ? SUPPORT_ROLE : null;
  if (actor === "ownerB") return tenant === "b" ? "owner" : null;
  if (tenant === "b" || actor === "anonymous" || actor === "stranger" || actor === "admin") return null;
  return actor;
}

/** Two tenants and everybody of them, on the worker's own database. */
export async function makeWorld(url: string): Promise<World> {
  const [a, b] = [await makeSide(), await makeSide()];
  const { users, member } = a.fixture;
  const [admin, support] = [await newUser({ isInstanceAdmin: true }), await newUser({ isInstanceAdmin: true })];
  await enterTenant(accountCtx(support), { tenantId: a.fixture.tenant.id, reason: "for the matrix", minutes: 240 });
  const people = {
    stranger: await somebody(await newUser()),
    member: await somebody({ id: member.userId, email: member.email }),
    readonly: await somebody(users.readonly),
    operator: await somebody(users.operator),
    manager: await somebody(users.manager),
    owner: await somebody(users.owner),
    ownerB: await somebody(b.fixture.users.owner),
    admin: await somebody(admin),
    support: await somebody(support),
  };
  return { url, a, b, people };
}

async function makeSide(): Promise<Side> {
  const fixture = await freshTenant();
  const image = await pushImage(fixture.ctx, fixture.repository, ["1.0"]);
  await holdSnapshots({ fixture });
  return { fixture, image };
}

/** Everybody's. */
export const PASSWORD = "the same for everybody";
let passwordHash: Promise<string> | undefined;

export async function somebody(user: { id: string; email: string }): Promise<Somebody> {
  passwordHash ??= hashPassword(PASSWORD);
  await db().user.update({ where: { id: user.id }, data: { passwordHash: await passwordHash } });
  const session = await sessionOf(user.id);
  const { id: tokenId, secret: token } = await personalToken(user, [...ALL_CAPABILITIES]);
  return { ...user, session, cookie: await cookieOf(user.id, session), token, tokenId };
}

/** The cookie that next-auth would have set. */
export async function cookieOf(userId: string, session: string): Promise<string> {
  const secret = Buffer.from(keyFor("sessions")).toString("base64");
  return `next-auth.session-token=${await encode({ token: { sub: userId, sid: session }, secret })}`;
}

/** A server and its people for one file of tests: started before them, stopped after them. */
export function withWorld(): () => { server: Running; world: World } {
  let here: { server: Running; world: World } | undefined;
  beforeAll(async () => {
    const server = await startServer();
    here = { server, world: await makeWorld(server.url) };
  });
  afterAll(async () => {
    await here?.server.stop();
  });
  return () => {
    if (!here) throw new Error("the world is made before the tests, not while they are listed");
    return here;
  };
}

export interface Running {
  url: string;
  /** The process whose children are the workers. */
  pid: number;
  /** Resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built server as production does, two workers, on the worker's own database. */
export async function startServer(dir = "."): Promise<Running> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  setEnv({ PUBLIC_URL: url });
  const env = childEnv({
    NODE_ENV: "production",
    PORT: String(port),
    WORKERS: "2",
    LOG_LEVEL: "error",
    OPEN_TENANTS: "true",
    // Where the registry of rows-upstream.ts is.
    OUTGOING_ALLOW: "127.0.0.1",
  });
  const args = ["--disable-warning=DeprecationWarning", path.resolve("server.ts")];
  const child = spawn(process.execPath, args, { cwd: dir, env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  await Promise.race([once(child, "message"), once(child, "exit").then(() => Promise.reject(new Error("no server")))]);
  return { url, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill("SIGINT");
  const [code] = (await exited) as [number | null];
  return code;
}

/** The denials of a capability that the log of tenant A or B has. */
export async function denials(side: Side, capability: string): Promise<number> {
  const where = { tenantId: side.fixture.tenant.id, action: capability, outcome: "denied" as const };
  return db().auditEvent.count({ where });
}
