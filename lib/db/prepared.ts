import { AsyncLocalStorage } from "node:async_hooks";
import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { processGlobal } from "../process-global.ts";
import type { Prisma } from "./generated/client.ts";
import type { Statement } from "./pool.ts";
import { nameOf } from "./statement-names.ts";

/** A transaction that begins, and the connection that it was given. */
interface Beginning {
  connection?: pg.PoolClient;
}

const beginnings = processGlobal("transaction-beginnings", () => new AsyncLocalStorage<Beginning>());
const connections = processGlobal("connections", () => new WeakMap<object, pg.Pool | pg.PoolClient>());

/** Prisma's adapter for the pool, which names statements, and tells on which connection a transaction runs. */
export class TellingAdapter extends PrismaPg {
  constructor(over: pg.Pool) {
    super(over, { disposeExternalPool: false, statementNameGenerator: ({ sql }) => nameOf(sql) });
  }

  override async connect() {
    const adapter = await super.connect();
    const begin = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (level) => {
      const transaction = await begin(level);
      const beginning = beginnings.getStore();
      if (beginning) beginning.connection = (transaction as unknown as { client: pg.PoolClient }).client;
      return transaction;
    };
    return adapter;
  }
}

/** Says that what is run "in" Prisma's own client takes any connection of the pool, as its statements do. */
export function overPool<T extends object>(client: T, pool: pg.Pool): T {
  connections.set(client, pool);
  return client;
}

/** Begins a transaction by `begin`, so that `runIn` knows its connection. */
export function withConnection<T>(begin: (known: (tx: Prisma.TransactionClient) => void) => Promise<T>): Promise<T> {
  const beginning: Beginning = {};
  const known = (tx: Prisma.TransactionClient) => {
    if (beginning.connection) connections.set(tx, beginning.connection);
  };
  return beginnings.run(beginning, () => begin(known));
}

/**
 * Runs a prepared statement as a part of a transaction, or of none with the client itself, past Prisma, which takes several times its time: for what is done
 * for every event and every entry of the log. Times come back as Date, bigint as text.
 * @throws the driver's errors, which the transaction translates
 */
export async function runIn<R extends pg.QueryResultRow>(
  tx: Prisma.TransactionClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<R[]> {
  const connection = connections.get(tx);
  if (!connection) throw new Error("a prepared statement runs in a transaction that `transaction` began, or in none");
  return (await connection.query<R>({ ...statement, values: [...values] })).rows;
}
