import { describe, expect, it } from "vitest";
import { pool } from "./index.ts";

describe("the database refuses", () => {
  it.each([
    ["an address with a capital letter", "INSERT INTO users (id, email) VALUES (gen_random_uuid(), 'Ana@example.com')"],
    ["a slug that is no slug", "INSERT INTO tenants (id, slug, name) VALUES (gen_random_uuid(), 'A b', 'x')"],
    [
      "an upload into nothing",
      "INSERT INTO uploads (id, tenant_id, started_by) VALUES (gen_random_uuid(), gen_random_uuid(), 'x')",
    ],
    [
      "a token of nobody",
      "INSERT INTO access_tokens (id, kind, name, secret_hash) VALUES (gen_random_uuid(), 'personal', 'x', gen_random_uuid())",
    ],
    [
      "a robot's token without a tenant",
      "INSERT INTO access_tokens (id, kind, name, secret_hash) VALUES (gen_random_uuid(), 'robot', 'x', gen_random_uuid())",
    ],
  ])("%s", async (_, sql) => {
    await expect(pool().query(sql)).rejects.toMatchObject({ code: "23514" });
  });
});
