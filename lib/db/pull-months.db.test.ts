import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "./index.ts";

describe("pull events", () => {
  const partitionOf = async (at: string) => {
    const { rows } = await pool().query<{ name: string }>(
      `INSERT INTO pull_events (id, at, tenant_id, product_id, repository_id, digest, actor)
       VALUES (gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'd', 'x')
       RETURNING tableoid::regclass::text AS name`,
      [at],
    );
    return rows[0]?.name;
  };
  let client: pg.PoolClient;
  beforeAll(async () => {
    client = await pool().connect();
  });
  afterAll(() => client.release());

  it("lie in the partition of their month, in UTC, from its first instant to its last", async () => {
    await pool().query("SELECT ensure_pull_month('2031-05-17')");
    expect(await partitionOf("2031-05-01T00:00:00.000Z")).toBe("pull_events_2031_05");
    expect(await partitionOf("2031-05-31T23:59:59.999Z")).toBe("pull_events_2031_05");
    expect(await partitionOf("2031-04-30T23:59:59.999Z")).toBe("pull_events_default");
    expect(await partitionOf("2031-06-01T00:00:00.000Z")).toBe("pull_events_default");
  });

  it("have each month made once, by however many ask at a time", async () => {
    const many = Array.from({ length: 8 }, () => pool().query("SELECT ensure_pull_month('2032-01-01')"));
    await Promise.all(many);
    expect(await partitionOf("2032-01-15T00:00:00Z")).toBe("pull_events_2032_01");
  });

  it("go by months as downloads do, each into those of its own table", async () => {
    await pool().query("SELECT ensure_month('download_events', '2034-02-28')");
    const { rows } = await pool().query<{ name: string }>(
      `INSERT INTO download_events (id, at, tenant_id, product_id, release_id, asset_id, actor, by_link)
       SELECT i, '2034-02-28T23:59:59.999Z', i, i, i, i, 'x', false FROM gen_random_uuid() i
       RETURNING tableoid::regclass::text AS name`,
    );
    expect(rows[0]?.name).toBe("download_events_2034_02");
    expect(await partitionOf("2034-02-28T00:00:00Z")).toBe("pull_events_default");
  });

  it("have the same months whatever the session's time zone", async () => {
    await client.query("SET timezone = 'Pacific/Kiritimati'");
    await client.query("SELECT ensure_pull_month('2033-01-31')");
    await client.query("RESET timezone");
    expect(await partitionOf("2033-01-01T00:00:00Z")).toBe("pull_events_2033_01");
    expect(await partitionOf("2033-01-31T23:59:59Z")).toBe("pull_events_2033_01");
  });
});
