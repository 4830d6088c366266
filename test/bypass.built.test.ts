import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RawAnswer, rawRequest } from "../server/listen-for-test.ts";
import { filled } from "./matrix/ask.ts";
import { type Cell, prepare } from "./matrix/cell.ts";
import { ROWS } from "./matrix/rows.ts";
import { makeWorld, type Running, startServer, stateOfDatabase, type World } from "./matrix/world.ts";

/** threats.md, 1: the middleware is the first gate only, and no header or spelling leads past it. */
const PAGES = ROWS.filter(({ surface }) => /^page \/t\//.test(surface));

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
  (plain) => plain.replace("/t/", "//t//"),
  (plain) => plain.replace("/t/", "/./t/"),
  (plain) => plain.replace("/t/", "/x/../t/"),
  (plain) => plain.replace("/t/", "/%74/"),
  (plain) => plain.replace("/t/", "/t%2F"),
  (plain) => plain.replace("/t/", "/T/"),
  (plain) => plain.replace("/t/", "\\t\\"),
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
    if (!/^(\.|data$|test-results$)/.test(name)) symlinkSync(path.resolve(name), path.join(WITHOUT, name));
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

const told = (body: Buffer) => {
  const { tenant, member, product } = world.a.fixture;
  return [tenant.name, tenant.id, member.email, product.name].filter((word) => body.includes(word));
};

describe.each(PAGES)("$surface", (row) => {
  it.each(["stranger", "ownerB"] as const)("is not there for %s, whatever is sent along", async (actor) => {
    const cell = await prepare(world, row, { actor, target: { tenant: "a", child: row.child ? "own" : null } });
    const plain = filled(row.surface.replace("page ", ""), cell);
    const before = await stateOfDatabase();
    for (const which of ["with", "without"] as const) {
      for (const headers of [{}, ...HEADERS]) {
        const answer = await get(which, cell, { path: plain, headers });
        const said = [which, JSON.stringify(headers), answer.status, answer.headers.location];
        expect([...said, isNothing(which, answer), told(answer.body)]).toEqual([...said, true, []]);
      }
    }
    expect(await stateOfDatabase()).toBe(before);
  });

  it.each(["stranger", "ownerB"] as const)("is not there for %s, however it is spelt", async (actor) => {
    const cell = await prepare(world, row, { actor, target: { tenant: "a", child: row.child ? "own" : null } });
    const plain = filled(row.surface.replace("page ", ""), cell);
    for (const which of ["with", "without"] as const) {
      for (const spell of SPELLINGS) {
        const answer = await get(which, cell, { path: spell(plain) });
        const said = [which, spell(plain), answer.status, answer.headers.location];
        expect([...said, isNothing(which, answer), told(answer.body)]).toEqual([...said, true, []]);
      }
    }
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
