import { rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { env, setEnv } from "#lib/env.ts";

/** Runs before each file of fault tests: a database and a store of its own, so that every row and byte is this file's. */
const name = `purser_faults_${process.pid}`;
const serverUrl = inject("serverUrl");
const admin = new pg.Client({ connectionString: serverUrl });
await admin.connect();
await admin.query(`CREATE DATABASE ${name} TEMPLATE purser_template`);
await admin.end();

const dir = path.join(env().DATA_DIR, "faults");
rmSync(dir, { recursive: true, force: true });
setEnv({ DATA_DIR: dir, DATABASE_URL: serverUrl.replace("/postgres?", `/${name}?`) });
