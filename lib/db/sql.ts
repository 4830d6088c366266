import { Prisma } from "./generated/client.ts";

/** A piece of SQL with its values, to be put into others: never text from outside. */
export const { sql, empty: noSql } = Prisma;
/** Text of ours as SQL: names of tables and columns that the code itself lists. */
export const rawSql = Prisma.raw;
export type Sql = Prisma.Sql;
