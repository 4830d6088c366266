import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";

const ROOT = path.resolve(import.meta.dirname, "../..");
const SCHEMA = path.join(ROOT, "prisma/schema.prisma");
export const MIGRATIONS = path.join(ROOT, "prisma/migrations");

/** What the engine must not look at when it compares. */
export const FILTERS = { externalTables: [], externalEnums: [] };

/** The schema as the engine takes it. */
export async function datamodel(): Promise<{ path: string; content: string }> {
  return { path: SCHEMA, content: await readFile(SCHEMA, "utf8") };
}

/**
 * Prisma's schema engine as WebAssembly, on a database: `prisma migrate` would download a binary instead, which an
 * air-gapped host can't (docs/adr/0003).
 */
export async function schemaEngine(databaseUrl: string): Promise<SchemaEngine> {
  engineModule ??= loadEngine();
  const glue = await engineModule;
  const schema = await datamodel();
  const adapter = bindSqlAdapterFactory(new CatalogAdapter(databaseUrl));
  return glue.SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => {}, adapter);
}

/**
 * @prisma/adapter-pg 7.10 refuses columns of type "char" (OID 18), and the engine reads a few of them from PostgreSQL's
 * catalog: the pool calls them text, and the adapter then tells the engine that these hold one character.
 */
class CatalogAdapter extends PrismaPg {
  constructor(connectionString: string) {
    const pool = new pg.Pool({ connectionString, max: 2, idleTimeoutMillis: 1, allowExitOnIdle: true });
    const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
    pool.query = (async (...args: unknown[]) => {
      const result = await query(...args);
      for (const field of result.fields ?? []) if (field.dataTypeID === 18) field.dataTypeID = 25;
      return result;
    }) as typeof pool.query;
    super(pool, { disposeExternalPool: true });
  }

  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const types = result.columnTypes.map((type, at) =>
        CHAR_COLUMNS.has(result.columnNames[at] ?? "") ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes: types };
    };
    // The original splits a script at each semicolon, also within a function's body; PostgreSQL takes it whole.
    adapter.executeScript = async (script) => void (await adapter.underlyingDriver().query(script));
    return adapter;
  }
}

const CHAR_COLUMNS = new Set(["constraint_type", "confdeltype", "confupdtype"]);

type Glue = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");

// Once a process: the glue keeps one instance's memory in module variables.
let engineModule: Promise<Glue> | undefined;

async function loadEngine(): Promise<Glue> {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const require = createRequire(import.meta.url);
  const file = path.join(path.dirname(require.resolve("@prisma/schema-engine-wasm")), "schema_engine_bg.wasm");
  const { instance } = await WebAssembly.instantiate(await readFile(file), { "./schema_engine_bg.js": { ...glue } });
  const raw = glue as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  raw.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  return glue;
}

export type { MigrationList };
