/**
 * The database: one pool a process, Prisma over it, prepared statements for the hot paths, transactions.
 * Hidden: the embedded server, the WASM schema engine, the generated client, how driver errors become ours.
 */
export { db, type Tx } from "./client.ts";
export { containing } from "./containing.ts";
export { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";
export type * from "./generated/client.ts";
export { applyMigrations, schemaDifference, writeMigration } from "./migrations.ts";
export { closePool, pool, queryPrepared, type Statement } from "./pool.ts";
export { isDatabaseAway, query, transaction, translated } from "./transaction.ts";
