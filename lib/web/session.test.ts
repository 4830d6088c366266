import { randomBytes } from "node:crypto";
import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "../env.ts";
import { readSession, sessionSecret } from "./session.ts";

beforeAll(() => setEnv({ PURSER_SECRET: randomBytes(36).toString("base64"), DATABASE_URL: "postgresql://unused" }));

const cookie = (token: Record<string, unknown>, options: { secret?: string; maxAge?: number } = {}) =>
  encode({ token, secret: sessionSecret(), ...options });

describe("a session cookie", () => {
  it("says who, and which generation of sessions it is of", async () => {
    expect(await readSession(await cookie({ sub: "u1", sid: "s1" }))).toEqual({
      userId: "u1",
      sessionId: "s1",
    });
  });

  it("names nobody when another key made it, its time is over, or something is missing", async () => {
    const claims = { sub: "u1", sid: "s1" };
    const bad = [
      await cookie(claims, { secret: "of somebody else" }),
      await cookie(claims, { maxAge: -60 }),
      await cookie({ sub: "u1" }),
      await cookie({ sid: "s1" }),
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSIsInNlc3Npb25WZXJzaW9uIjowfQ.",
      "not a token",
      "",
      undefined,
    ];
    expect(await Promise.all(bad.map(readSession))).toEqual(bad.map(() => null));
  });
});
