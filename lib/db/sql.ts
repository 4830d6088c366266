import { Prisma } from "./generated/client.ts";

/** A piece of SQL with its values, to be put into others: never text from outside. */
export const { sql, empty: noSql } = Prisma;
export type Sql = Prisma.Sql;
