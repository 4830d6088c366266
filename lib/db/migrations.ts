// Next's bundles hold this room, too; the schema engine's WASM and paths must stay out of them, so it is loaded by Node
// when somebody asks for it.
const load = () => import(/* turbopackIgnore: true */ "./migrate.ts");

/** See migrate.ts. */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  return (await load()).applyMigrations(databaseUrl);
}

/** See migrate.ts. */
export async function schemaDifference(databaseUrl: string): Promise<string> {
  return (await load()).schemaDifference(databaseUrl);
}

/** See migrate.ts. */
export async function writeMigration(name: string, sql: string): Promise<string> {
  return (await load()).writeMigration(name, sql);
}
