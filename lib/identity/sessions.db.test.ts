import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { accountCtx, newUser, sessionOf } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  endSession,
  findSessionUser,
  forgetWhatHasEnded,
  listSessions,
  revokeOtherSessions,
  revokeSession,
} from "./index.ts";

const ended = (userId: string) => db().auditEvent.count({ where: { subjectId: userId, action: "session.ended" } });
const versionOf = async (id: string) => (await db().user.findUniqueOrThrow({ where: { id } })).sessionVersion;

describe("a session", () => {
  it("that was signed out is nobody's, and leaves the others", async () => {
    const user = await newUser();
    const [here, there] = [await sessionOf(user.id), await sessionOf(user.id)];
    await endSession(here, { requestId: newId() });
    expect(await findSessionUser(here)).toBeNull();
    expect(await findSessionUser(there)).toMatchObject({ id: user.id });
    await endSession(here, { requestId: newId() });
    expect(await ended(user.id)).toBe(1);
  });

  it("that has run out or awaits its second factor is nobody's", async () => {
    const { id } = await newUser();
    expect(await findSessionUser(await sessionOf(id, { expiresAt: new Date() }))).toBeNull();
    expect(await findSessionUser(await sessionOf(id, { awaitsSecondFactor: true }))).toBeNull();
  });

  it("is listed for its user alone, the last used first", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const old = await sessionOf(user.id, { lastSeenAt: new Date(Date.now() - 60_000) });
    const recent = await sessionOf(user.id);
    await sessionOf(user.id, { awaitsSecondFactor: true });
    await sessionOf(other.id);
    expect((await listSessions(accountCtx(user))).map(({ id }) => id)).toEqual([recent, old]);
  });

  it("of somebody else can't be revoked, nor one that is not there", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const foreign = await sessionOf(other.id);
    for (const id of [foreign, newId(), "x", ""]) {
      await expect(revokeSession(accountCtx(user), id)).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await findSessionUser(foreign)).not.toBeNull();
  });

  it("is revoked one by one, or all but this one with what the password opened", async () => {
    const user = await newUser();
    const [here, ...others] = [await sessionOf(user.id), await sessionOf(user.id), await sessionOf(user.id)];
    await revokeSession(accountCtx(user), others[0] ?? "");
    expect(await versionOf(user.id)).toBe(0);
    expect(await revokeOtherSessions(accountCtx(user), here)).toEqual({ ended: 1 });
    expect(await versionOf(user.id)).toBe(1);
    expect(await findSessionUser(here)).not.toBeNull();
    for (const id of others) expect(await findSessionUser(id)).toBeNull();
    expect(await ended(user.id)).toBe(2);
  });

  it("leaves no row behind once its time is over, nor does a link", async () => {
    const { id } = await newUser();
    const [over, good] = [await sessionOf(id, { expiresAt: new Date(Date.now() - 1) }), await sessionOf(id)];
    const token = newId();
    await db().verificationToken.create({ data: { identifier: token, token, expires: new Date(Date.now() - 1) } });
    await forgetWhatHasEnded();
    expect(await db().session.findMany({ where: { id: { in: [over, good] } }, select: { id: true } })).toEqual([
      { id: good },
    ]);
    expect(await db().verificationToken.count({ where: { token } })).toBe(0);
  });

  it("notes when it was last used, after the answer", async () => {
    const user = await newUser();
    const long = new Date(Date.now() - 3_600_000);
    const id = await sessionOf(user.id, { lastSeenAt: long });
    await findSessionUser(id);
    await expect
      .poll(async () => (await db().session.findUniqueOrThrow({ where: { id } })).lastSeenAt.getTime())
      .toBeGreaterThan(long.getTime());
  });
});
