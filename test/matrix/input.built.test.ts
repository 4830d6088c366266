import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Answer, ask } from "./ask.ts";
import { type Cell, prepare, type Row } from "./cell.ts";
import { ROWS } from "./rows.ts";
import { stateOfDatabase } from "./state-of-database.ts";
import { withWorld } from "./world.ts";

/** threats.md, 6 and 15: whoever may do a thing sends what is not of its form. */
const here = withWorld();
// Everybody comes from one address here, and asks more often than anybody would.
beforeEach(() => db().rateLimit.deleteMany());

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What Prisma would take for an operator, and what no form sends. */
const HOSTILE: unknown[] = [{ not: "" }, { contains: "" }, [], ["x"], {}, { id: {} }];

// What refuses everybody for another reason first says nothing of the form.
const WITH_INPUT = ROWS.filter(
  ({ surface, input, bytes, status }) => input && !bytes && status !== 401 && /^(action|api) /.test(surface),
);

describe.each(WITH_INPUT)("$surface", (row) => {
  it("refuses a field that it does not know", async () => {
    const cell = await own(row);
    const sent = partsOf(cell);
    if (!sent.some(isFields)) return;
    const changed = sent.map((part) => (isFields(part) ? { ...part, isInstanceAdmin: true } : part));
    const answer = await refusedWithoutTrace(cell, changed);
    expect(answer.body).toContain("isInstanceAdmin");
  });

  it("refuses operators, lists and objects in the place of its values", async () => {
    const cell = await own(row);
    const sent = partsOf(cell);
    for (const value of HOSTILE) {
      for (const changed of variants(sent, value)) await refusedWithoutTrace(cell, changed);
    }
  });
});

/** The row's call by somebody who may: an action of strangers is still refused for its form. */
function own(row: Row): Promise<Cell> {
  const actor = row.audience === "admin" ? "admin" : "owner";
  const tenant = row.audience === "team" || row.audience === "member" ? "a" : null;
  return prepare(here().world, row, { actor, target: { tenant, child: row.child ? "own" : null } });
}

function partsOf(cell: Cell): unknown[] {
  const input = cell.row.input?.(cell);
  return Array.isArray(input) ? input : [input];
}

/** The call once for each of its values, with that one replaced. What may be a list or anything is left out. */
function variants(sent: unknown[], value: unknown): unknown[][] {
  return sent.flatMap((part, at) => {
    if (Array.isArray(part)) return [];
    const replaced = (other: unknown) => sent.map((each, index) => (index === at ? other : each));
    if (!isFields(part)) return [replaced(value)];
    const keys = Object.keys(part).filter((key) => !Array.isArray(part[key]));
    return keys.map((key) => replaced({ ...part, [key]: value }));
  });
}

async function refusedWithoutTrace(cell: Cell, changed: unknown[]): Promise<Answer> {
  const before = await stateOfDatabase();
  const input = cell.row.surface.startsWith("api ") ? changed[0] : changed;
  const answer = await ask({ ...cell, row: { ...cell.row, input: () => input } });
  const told = `${JSON.stringify(changed)} → ${answer.body.slice(0, 300)}`;
  expect([answer.status, told]).toEqual([expect.toSatisfy(isRefusal), told]);
  expect(await stateOfDatabase(), told).toBe(before);
  return answer;
}

const isRefusal = (status: number) => [400, 404, 422].includes(status);
