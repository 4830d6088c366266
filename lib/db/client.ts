import { type Prisma, PrismaClient } from "./generated/client.ts";
import { pool } from "./pool.ts";
import { overPool, TellingAdapter } from "./prepared.ts";

let client: PrismaClient | undefined;

/** Prisma over the process's pool. Each module graph has its own client, all share the connections. */
export function db(): PrismaClient {
  client ??= overPool(new PrismaClient({ adapter: new TellingAdapter(pool()) }), pool());
  return client;
}

export type Tx = Prisma.TransactionClient;
