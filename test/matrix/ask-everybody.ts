import { beforeEach, describe, expect, it } from "vitest";
import { decide } from "#lib/access/index.ts";
import { pool } from "#lib/db/index.ts";
import { type Answer, ask } from "./ask.ts";
import { type Cell, cellsOf, prepare, type Row, type Verdict, verdictOf } from "./cell.ts";
import { stateOfDatabase } from "./state-of-database.ts";
import { denials, roleIn, withWorld } from "./world.ts";

/** Makes a test of every cell of the rows: asked of a server and a database of their own, one after another. */
export function askEverybody(rows: readonly Row[]): void {
  const here = withWorld();
  // Everybody comes from one address here, and asks more often than anybody would.
  beforeEach(() => pool().query("DELETE FROM rate_limits"));

  describe.each(rows)("$surface", (row) => {
    it.each(cellsOf(row).map((cell) => ({ ...cell, verdict: verdictOf(row, cell.actor, cell.target) })))(
      "is $verdict for $actor ($target.tenant $target.child)",
      async ({ verdict, ...at }) => {
        const cell = await prepare(here().world, row, at);
        if (verdict === "allowed") {
          expectAllowed(cell, await ask(cell));
          return row.later ? settled() : undefined;
        }
        const before = { rows: await stateOfDatabase(), denials: await denialsOf(cell) };
        await EXPECTED[verdict](cell, await ask(cell));
        expect(await stateOfDatabase(), "nothing changed").toBe(before.rows);
        expect(await denialsOf(cell), "denials in the log").toBe(before.denials + (verdict === "refused" ? 1 : 0));
      },
    );
  });
}

/** Waits until nothing changes any more. */
async function settled(): Promise<void> {
  const before = await stateOfDatabase();
  await new Promise((done) => setTimeout(done, 50));
  if ((await stateOfDatabase()) !== before) await settled();
}

function expectAllowed(cell: Cell, { status, headers, body }: Answer): void {
  const { status: right = 200, audience } = cell.row;
  const wanted = typeof right === "function" ? right(cell) : right;
  expect([status, body.slice(0, 400)]).toEqual([wanted, expect.anything()]);
  if (audience !== "anyone" && status < 300) expect(headers.get("cache-control")).toMatch(/private.*no-store/);
}

/** What a cell that is not allowed answers; that nothing changed is looked at by the test itself. */
const EXPECTED: Record<Exclude<Verdict, "allowed">, (cell: Cell, answer: Answer) => void | Promise<void>> = {
  "sign-in": ({ row, world: { a } }, { status, headers, body }) => {
    if (isForMachines(row)) expect([status, headers.has("www-authenticate")]).toEqual([401, true]);
    else expect([isSentOn(status, headers), whereTo(headers)]).toEqual([true, "/sign-in"]);
    expect(body).not.toContain(a.fixture.tenant.name);
  },
  hidden: async (cell, answer) => {
    expect(answer.status).toBe(404);
    // Who is there for support knows of the tenant.
    if (cell.actor === "support") return;
    expect(asOfNothing(answer)).toEqual(await nothingFor(cell));
  },
  refused: ({ row, actor, target }, { status, body }) => {
    expect(status).toBe(403);
    if (/^(oci|api) HEAD/.test(row.surface)) return;
    const role = roleIn(actor, target.tenant === "b" ? "b" : "a");
    const who = { type: "user", id: "", email: "", role: role === "member" ? null : role } as const;
    const decision = decide(who, row.capability ?? "tenant.view");
    expect(body).toContain(decision.allowed ? "a reason" : JSON.stringify(decision.reason).slice(1, -1));
  },
  "no-child": (_cell, { status }) => expect(status).toBe(404),
};

const isForMachines = ({ surface }: Row) => /^(api|oci) /.test(surface);

// An action sends on with 200 or 303 and a header for Next's script.
function isSentOn(status: number, headers: Headers): boolean {
  return status === 307 || ([200, 303].includes(status) && headers.has("x-action-redirect"));
}

function whereTo(headers: Headers): string {
  const to = headers.get("location") ?? headers.get("x-action-redirect") ?? "";
  return (to.startsWith("http") ? new URL(to).pathname : to).replace(/[?;].*/, "");
}

const nothings = new Map<string, ReturnType<typeof asOfNothing>>();

/** What somebody is answered where there is no such workspace: asked once for all cells of a row that are hidden from them. */
async function nothingFor(cell: Cell) {
  const key = `${cell.row.surface} ${cell.actor}`;
  const nothing = nothings.get(key) ?? asOfNothing(await ask({ ...cell, slug: "no-such-workspace" }));
  nothings.set(key, nothing);
  return nothing;
}

/** An answer without what differs from one request to the next: its date, its id, how many are left. */
function asOfNothing({ status, headers, body }: Answer) {
  const { date: _date, ratelimit: _left, "x-request-id": id = "", ...kept } = Object.fromEntries(headers);
  return { status, headers: kept, body: body.replaceAll(id, "") };
}

async function denialsOf({ row, side }: Cell): Promise<number> {
  return row.capability ? denials(side, row.capability) : 0;
}
