/**
 * The database: one pool a process, Prisma over it, prepared statements for the hot paths, transactions, and what was read
 * kept for as long as it is known to hold (docs/adr/0011).
 * Hidden: the embedded server, the WASM schema engine, the generated client, how driver errors become ours, how changes
 * are heard of.
 */
export { alone } from "./alone.ts";
export { db, type Tx } from "./client.ts";
export { containing } from "./containing.ts";
export { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";
export { FreshCache, type Reading } from "./fresh-cache.ts";
export type * from "./generated/client.ts";
export { flushLateWrites, LateWrites } from "./late-writes.ts";
export { applyMigrations, schemaDifference, writeMigration } from "./migrations.ts";
export { closePool, pool, queryPrepared, type Statement } from "./pool.ts";
export { runIn } from "./prepared.ts";
export { inSnapshot, type Moment } from "./snapshot.ts";
export { joinSql, nameSql, noSql, type Sql, sql } from "./sql.ts";
export { nameOf } from "./statement-names.ts";
export { apart, asOne, isDatabaseAway, query, rehearsed, transaction, translated } from "./transaction.ts";
export { startWatching } from "./watch.ts";
