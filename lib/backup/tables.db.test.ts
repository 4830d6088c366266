import { describe, expect, it } from "vitest";
import { pool } from "#lib/db/index.ts";
import { LEFT_OUT } from "./left-out.ts";
import { TABLES } from "./tables.ts";

async function column<T>(text: string): Promise<T[]> {
  return (await pool().query<{ value: T }>(text)).rows.map(({ value }) => value);
}

describe("a tenant's backup", () => {
  it("has every table of the schema, or a reason why not", async () => {
    const tables = await column<string>(`SELECT relname AS value FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> '_prisma_migrations'`);
    const named = [...TABLES.map(({ table }) => table), ...Object.keys(LEFT_OUT)];
    expect(named.sort()).toEqual(tables.sort());
  });

  it("names columns that there are", async () => {
    const there = new Set(
      await column<string>(
        "SELECT table_name || '.' || column_name AS value FROM information_schema.columns WHERE table_schema = 'public'",
      ),
    );
    const named = TABLES.flatMap(({ table, key, sets, refs, columns }) =>
      [...key, ...(sets ?? []), ...Object.keys(refs ?? {}), ...(columns ?? [])].map(
        (name) => `${table}.${name.replace("?", "")}`,
      ),
    );
    expect(named.filter((name) => !there.has(name))).toEqual([]);
  });

  it("knows of every foreign key whose other table it has, so that ids are mapped in a new tenant", async () => {
    const keys = await column<string>(`SELECT c.conrelid::regclass || '.' || a.attname || ' → ' || c.confrelid::regclass
        AS value FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND a.atttypid = 'uuid'::regtype
        AND a.attname <> 'tenant_id'`);
    const have = new Map(TABLES.map((spec) => [spec.table, spec]));
    const expected = keys.filter((key) => {
      const [, table, , other] = /^(\w+)\.(\w+) → (\w+)$/.exec(key) ?? [];
      return have.has(table ?? "") && have.has(other ?? "");
    });
    const named = TABLES.flatMap(({ table, refs }) =>
      Object.entries(refs ?? {}).map(([name, other]) => `${table}.${name.replace("?", "")} → ${other}`),
    );
    // A key over several columns names the other table once for each: those that are not its id are told by another key.
    const missing = expected.filter((key) => !named.includes(key) && !/\.repository_id → manifests$/.test(key));
    expect(missing).toEqual([]);
  });

  it("lists a table behind those that it refers to", () => {
    const order = TABLES.map(({ table }) => table);
    for (const { table, refs } of TABLES)
      for (const other of Object.values(refs ?? {}))
        expect(order.indexOf(other), `${table} → ${other}`).toBeLessThanOrEqual(order.indexOf(table));
  });
});
