import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawAnswer, rawRequest } from "../server/listen-for-test.ts";
import { ask, filled } from "./matrix/ask.ts";
import { type Cell, prepare, type Row } from "./matrix/cell.ts";
import { ROWS } from "./matrix/rows.ts";
import { stateOfDatabase } from "./matrix/state-of-database.ts";
import { type ActorName, makeWorld, type Running, startServer, type World } from "./matrix/world.ts";

/** threats.md, 1: the middleware is the first gate only, and no header or spelling leads past it. */
const GATED = ROWS.filter(({ audience }) => audience === "team" || audience === "member" || audience === "admin");
const PAGES = GATED.filter(({ surface }) => surface.startsWith("page "));
const ACTIONS = GATED.filter(({ surface }) => surface.startsWith("action "));

/** Who has no business there: a customer belongs to the tenant, but not to its team. */
const OUTSIDERS: Record<string, readonly ActorName[]> = {
  team: ["stranger", "ownerB", "member"],
  member: ["stranger", "ownerB"],
  admin: ["stranger", "owner"],
};
const outsidersOf = ({ audience }: Row) => OUTSIDERS[audience] ?? [];

const HEADERS: Record<string, string>[] = [
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-segment-prefetch": "/_tree" },
  { "x-nextjs-data": "1" },
  { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  { "x-middleware-subrequest": "src/middleware:src/middleware:src/middleware:src/middleware:src/middleware" },
  { "x-invoke-path": "/" },
  { "x-matched-path": "/" },
  { "x-original-url": "/", "x-rewrite-url": "/" },
  { "x-middleware-prefetch": "1", purpose: "prefetch" },
  { "next-action": "0".repeat(42) },
];

/** The same page in spellings that have led past such gates. */
const SPELLINGS: ((path: string) => string)[] = [
  (plain) => `${plain}/`,
  (plain) => `/${plain}`,
  (plain) => plain.replace(/^\/(t|admin)/, "//$1/"),
  (plain) => `/.${plain}`,
  (plain) => `/x/..${plain}`,
  (plain) => plain.replace(/^\/t/, "/%74").replace(/^\/a/, "/%61"),
  (plain) => plain.replace(/^\/(t|admin)\//, "/$1%2F"),
  (plain) => plain.replace(/^\/t/, "/T").replace(/^\/a/, "/A"),
  (plain) => plain.replaceAll("/", "\\"),
  (plain) => `${plain};x`,
  (plain) => `${plain}.rsc`,
  (plain) => `${plain}.json`,
  (plain) => `${plain}%00`,
  (plain) => `${plain}?_rsc=1`,
  (plain) => `/_next/data/build${plain}.json`,
  (plain) => plain.toUpperCase(),
];

const WITHOUT = path.resolve(`.test/without-middleware-${process.pid}`);

let servers: Record<"with" | "without", Running>;
let world: World;

beforeAll(async () => {
  servers = { with: await startServer(), without: await startServer(withoutMiddleware()) };
  world = await makeWorld(servers.with.url);
});
afterAll(async () => {
  await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
  rmSync(WITHOUT, { recursive: true, force: true });
});

/** The same build, whose list of functions has lost the middleware. */
function withoutMiddleware(): string {
  mkdirSync(WITHOUT, { recursive: true });
  for (const name of readdirSync(".")) {
    if (!/^(\.|data$|test-results$|package-lock\.json$)/.test(name))
      symlinkSync(path.resolve(name), path.join(WITHOUT, name));
  }
  const leftOut = new Set([".next/cache", ".next/dev"]);
  cpSync(".next", path.join(WITHOUT, ".next"), { recursive: true, filter: (from) => !leftOut.has(from) });
  const list = path.join(WITHOUT, ".next/server/functions-config-manifest.json");
  if (!existsSync(list)) throw new Error("the build lists its functions elsewhere now");
  writeFileSync(list, JSON.stringify({ version: 1, functions: {} }));
  return WITHOUT;
}

async function get(which: keyof typeof servers, cell: Cell, how: { path: string; headers?: Record<string, string> }) {
  const port = Number(new URL(servers[which].url).port);
  const cookie = cell.person?.cookie ?? "";
  const ask = (to: string) =>
    rawRequest(port, { path: to, headers: { cookie, host: `localhost:${port}`, ...how.headers } });
  const answer = await ask(how.path);
  const { location = "" } = answer.headers;
  // Next gives a request for a page's data an address of its own first.
  return location.startsWith(`${how.path}?_rsc`) ? ask(location) : answer;
}

/**
 * Whether an answer says that there is nothing. Without the middleware Next says 200 before a page has found that out,
 * where it streams data to a script, and to a prefetch, for which the page does not run: that nothing of A is in it counts.
 */
function isNothing(which: keyof typeof servers, { status, headers, body }: RawAnswer): boolean {
  if (status === 200) return which === "without" && (isData(headers) || body.toString() === "{}");
  // Doubled slashes are sent on to the plain path, which is asked, too.
  return [400, 404, 308].includes(status);
}

const isData = (headers: RawAnswer["headers"]) => headers["content-type"] === "text/x-component";

/** What of A an answer tells; a customer knows its name. */
function told(cell: Cell, body: Buffer | string): string[] {
  const { tenant, member, product, users } = world.a.fixture;
  const foreign = [tenant.name, tenant.id, member.email, product.name];
  const words = cell.actor === "stranger" || cell.actor === "ownerB" ? foreign : [users.operator.email];
  return words.filter((word) => body.includes(word));
}

function outside(row: Row, actor: ActorName): Promise<Cell> {
  const tenant = row.audience === "admin" ? null : "a";
  return prepare(world, row, { actor, target: { tenant, child: row.child ? "own" : null } });
}

describe.each(PAGES)("$surface", (row) => {
  it.each(outsidersOf(row))("is not there for %s, whatever is sent along", async (actor) => {
    const cell = await outside(row, actor);
    const plain = filled(row.surface.replace("page ", ""), cell);
    const before = await stateOfDatabase();
    for (const which of ["with", "without"] as const) {
      for (const headers of [{}, ...HEADERS]) {
        const answer = await get(which, cell, { path: plain, headers });
        const said = [which, JSON.stringify(headers), answer.status, answer.headers.location];
        expect([...said, isNothing(which, answer), told(cell, answer.body)]).toEqual([...said, true, []]);
      }
    }
    expect(await stateOfDatabase()).toBe(before);
  });

  it.each(outsidersOf(row))("is not there for %s, however it is spelt", async (actor) => {
    const cell = await outside(row, actor);
    const plain = filled(row.surface.replace("page ", ""), cell);
    for (const which of ["with", "without"] as const) {
      for (const spell of SPELLINGS) {
        const answer = await get(which, cell, { path: spell(plain) });
        const said = [which, spell(plain), answer.status, answer.headers.location];
        expect([...said, isNothing(which, answer), told(cell, answer.body)]).toEqual([...said, true, []]);
      }
    }
  });
});

describe.each(ACTIONS)("$surface, without the middleware", (row) => {
  it.each(outsidersOf(row))("is not there for %s, and changes nothing", async (actor) => {
    const cell = await outside(row, actor);
    const before = await stateOfDatabase();
    const answer = await ask({ ...cell, world: { ...world, url: servers.without.url } });
    expect([answer.status, told(cell, answer.body)]).toEqual([404, []]);
    expect(await stateOfDatabase()).toBe(before);
  });
});

it("the middleware was really taken out", async () => {
  const cell = await prepare(
    world,
    { surface: "", audience: "team" },
    { actor: "stranger", target: { tenant: "none", child: null } },
  );
  const path = "/t/no-such-workspace/products";
  const answers = [await get("with", cell, { path }), await get("without", cell, { path })];
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  expect(answers[0]?.body.includes("__next")).toBe(false);
  expect(answers[1]?.body.includes("_next/static")).toBe(true);
});
