import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { newUser } from "#lib/testing/index.ts";
import { signOut } from "./sign-out.ts";
import { findSessionUser } from "./users.ts";

describe("signing out", () => {
  it("ends every session of the account for the next request, and the log has it", async () => {
    const user = await newUser();
    expect(await findSessionUser(user.id, 0)).toMatchObject({ id: user.id });

    await signOut(user.id, { requestId: "r" });

    expect(await findSessionUser(user.id, 0)).toBeNull();
    const where = { subjectId: user.id, action: "session.ended" };
    expect(await db().auditEvent.count({ where })).toBe(1);
  });

  it("of an account that is gone ends nothing and is no error", async () => {
    await signOut("01a1ffa6-17f4-7f5a-843c-f76d1c2fcd94", { requestId: "r" });
  });
});
