import path from "node:path";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { closePool } from "#lib/db/index.ts";
import { setEnv } from "../env.ts";

/** Runs before each file of database tests: the worker's own copy of the template, made once and used by its files in turn. */
const TEMPLATE = "purser_template";
// Vitest hands its own variables on as import.meta.env.
const worker = String(Object(import.meta.env).VITEST_POOL_ID ?? "1");
const database = `purser_worker_${worker}`;
const serverUrl = new URL(inject("serverUrl"));

const admin = new pg.Client({ connectionString: serverUrl.href });
await admin.connect();
try {
  const found = await admin.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
  if (found.rowCount === 0) await admin.query(`CREATE DATABASE ${database} TEMPLATE ${TEMPLATE}`);
} finally {
  await admin.end();
}

setEnv({
  NODE_ENV: "test",
  DATABASE_URL: serverUrl.href.replace("/postgres?", `/${database}?`),
  DATA_DIR: path.resolve(`.test/data-${worker}`),
  PURSER_SECRET: "a secret for tests alone: 0123456789 abcdef",
  PUBLIC_URL: "http://purser.test:3000",
  LOG_LEVEL: "silent",
  // Whatever the surroundings say.
  S3_BUCKET: "",
});

afterAll(closePool);
