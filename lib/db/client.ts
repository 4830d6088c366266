import { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient } from "./generated/client.ts";
import { pool } from "./pool.ts";

let client: PrismaClient | undefined;

/** Prisma over the process's pool. Each module graph has its own client, all share the connections. */
export function db(): PrismaClient {
  client ??= new PrismaClient({ adapter: new PrismaPg(pool(), { disposeExternalPool: false }) });
  return client;
}

export type Tx = Prisma.TransactionClient;
