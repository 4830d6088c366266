import { Prisma } from "./generated/client.ts";

/** A piece of SQL with its values, to be put into others: never text from outside. */
export const { sql, empty: noSql, join: joinSql } = Prisma;
export type Sql = Prisma.Sql;

const NAME = /^[a-z_][a-z0-9_]*$/;

/** The name of a table or a column as SQL. @throws for what is none */
export function nameSql(name: string): Sql {
  if (!NAME.test(name)) throw new Error("not a name of the schema");
  return sql([`"${name}"`]);
}
