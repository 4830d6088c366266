import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { type Authenticator, accountCtx, letterTo, newAuthenticator, newUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  addPasskey,
  askPasskey,
  createUser,
  findSessionUser,
  listPasskeys,
  removePasskey,
  renamePasskey,
  signInWithPasskey,
  startPasskey,
} from "./index.ts";

const PASSWORD = "correct horse battery";
const somewhere = () => `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`;
const from = (address = somewhere()) => ({ address, userAgent: "vitest", requestId: newId() });
const account = () => createUser({ email: `k${randomBytes(6).toString("hex")}@example.com`, password: PASSWORD });
const response = (answer: object) => answer as { id: string };
const refused = { code: "unauthenticated", message: expect.stringMatching(/not accepted/) };

async function withPasskey(user?: { id: string; email: string }) {
  const owner = user ?? (await account());
  const ctx = accountCtx(owner);
  const key = newAuthenticator();
  const proof = user ? {} : { currentPassword: PASSWORD };
  const { challenge } = await startPasskey(ctx, proof, from());
  const { id } = await addPasskey(ctx, { name: "laptop", response: response(key.create(challenge)) });
  return { user: owner, ctx, key, id };
}

async function signInBy(key: Authenticator, how?: Parameters<Authenticator["get"]>[1]) {
  const { challenge } = await askPasskey(from());
  return signInWithPasskey(key.get(challenge, how), from());
}

describe("a passkey", () => {
  it("is added with the password, and signs in as both factors at once", async () => {
    const { user, ctx, key } = await withPasskey();
    await db().user.update({ where: { id: user.id }, data: { totpEnabledAt: new Date() } });
    const { sessionId } = await signInBy(key, { userHandle: user.id });
    expect(await findSessionUser(sessionId)).toMatchObject({ id: user.id });
    expect(await listPasskeys(ctx)).toMatchObject([{ name: "laptop", lastUsedAt: expect.any(Date) }]);
    expect((await letterTo(user.email, /was changed/)).text).toContain("laptop");
    const event = await db().auditEvent.findFirst({ where: { subjectId: user.id, action: "passkey.added" } });
    expect(event).toMatchObject({ tenantId: null, after: { name: "laptop" } });
  });

  it("is not added without the password, nor with a challenge of another, used, or not of ours", async () => {
    const [user, other] = [await account(), await account()];
    const ctx = accountCtx(user);
    for (const proof of [{}, { currentPassword: "wrong password" }])
      await expect(startPasskey(ctx, proof, from())).rejects.toMatchObject({ code: "invalid" });
    const { challenge } = await startPasskey(accountCtx(other), { currentPassword: PASSWORD }, from());
    const { challenge: used } = await startPasskey(ctx, { currentPassword: PASSWORD }, from());
    await addPasskey(ctx, { name: "x", response: response(newAuthenticator().create(used)) });
    const { challenge: forSignIn } = await askPasskey(from());
    for (const bad of [challenge, used, forSignIn, "AAAA"]) {
      const made = response(newAuthenticator().create(bad));
      await expect(addPasskey(ctx, { name: "x", response: made })).rejects.toMatchObject({ code: "invalid" });
    }
    expect(await listPasskeys(ctx)).toHaveLength(1);
  });

  it("is not added where it did not verify its user, or was made for another site", async () => {
    const ctx = accountCtx(await account());
    for (const how of [{ verified: false }, { origin: "https://evil.example" }, { rpID: "evil.example" }]) {
      const { challenge } = await startPasskey(ctx, { currentPassword: PASSWORD }, from());
      const made = response(newAuthenticator().create(challenge, how));
      await expect(addPasskey(ctx, { name: "x", response: made })).rejects.toMatchObject({ code: "invalid" });
    }
    for (const junk of [{ id: "x" }, { id: "x", response: { clientDataJSON: "x" } }, {}] as never[])
      await expect(addPasskey(ctx, { name: "x", response: junk })).rejects.toMatchObject({ code: "invalid" });
    expect(await listPasskeys(ctx)).toEqual([]);
  });

  it("is kept whatever the browser says of how it is reached", async () => {
    const ctx = accountCtx(await account());
    for (const transports of ["usb", [{}], [null], { set: ["usb"] }, ["x".repeat(1000)]]) {
      const { challenge } = await startPasskey(ctx, { currentPassword: PASSWORD }, from());
      const made = newAuthenticator().create(challenge) as { id: string; response: object };
      Object.assign(made.response, { transports });
      await addPasskey(ctx, { name: "laptop", response: made });
    }
    const kept = await db().passkey.findMany({ where: { userId: ctx.actor.id }, select: { transports: true } });
    expect(kept).toEqual(Array(5).fill({ transports: [] }));
  });

  it("does not sign in with what was sent before, also of two at once", async () => {
    const { key } = await withPasskey();
    const { challenge } = await askPasskey(from());
    const answer = key.get(challenge);
    const both = await Promise.allSettled([1, 2].map(() => signInWithPasskey(answer, from())));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(signInWithPasskey(answer, from())).rejects.toMatchObject(refused);
  });

  it("does not sign in when it was copied: its counter went back", async () => {
    const { key } = await withPasskey();
    for (let n = 0; n < 3; n++) await signInBy(key);
    key.counter = 1;
    await expect(signInBy(key)).rejects.toMatchObject(refused);
  });

  it.each([
    ["for another site", { origin: "https://evil.example" }],
    ["for another party", { rpID: "evil.example" }],
    ["without verifying its user", { verified: false }],
    ["as somebody else", { userHandle: newId() }],
  ])("does not sign in %s", async (_, how) => {
    const { key } = await withPasskey();
    await expect(signInBy(key, how)).rejects.toMatchObject(refused);
  });

  it("does not sign in with a challenge that has run out or was made to add one, nor with junk", async () => {
    const { user, key } = await withPasskey();
    const { challenge } = await askPasskey(from());
    await db().verificationToken.updateMany({ where: { token: challenge }, data: { expires: new Date() } });
    const { challenge: toAdd } = await startPasskey(accountCtx(user), { currentPassword: PASSWORD }, from());
    for (const json of [key.get(challenge), key.get(toAdd), newAuthenticator().get(challenge), "{}", "", "null", "[1]"])
      await expect(signInWithPasskey(json, from())).rejects.toMatchObject(refused);
  });

  it("of somebody else can't be renamed or removed", async () => {
    const [{ id, ctx }, stranger] = [await withPasskey(), accountCtx(await newUser())];
    await expect(renamePasskey(stranger, { id, name: "mine" })).rejects.toMatchObject({ code: "not_found" });
    await expect(removePasskey(stranger, { id }, from())).rejects.toMatchObject({ code: "not_found" });
    await renamePasskey(ctx, { id, name: "phone" });
    expect(await listPasskeys(ctx)).toMatchObject([{ id, name: "phone" }]);
  });

  it("that was removed no longer signs in, and is never the last way in", async () => {
    const { id, ctx, key } = await withPasskey();
    await expect(removePasskey(ctx, { id }, from())).rejects.toMatchObject({ code: "invalid" });
    await removePasskey(ctx, { id, currentPassword: PASSWORD }, from());
    await expect(signInBy(key)).rejects.toMatchObject(refused);

    const only = await withPasskey(await newUser());
    await expect(removePasskey(only.ctx, { id: only.id }, from())).rejects.toMatchObject({ code: "conflict" });
    const second = await withPasskey(only.user);
    const both = await Promise.allSettled(
      [only.id, second.id].map((each) => removePasskey(only.ctx, { id: each }, from())),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await listPasskeys(only.ctx)).toHaveLength(1);
  });
});

describe("asking for a passkey", () => {
  it("is limited for a network, since each question is a row", async () => {
    const place = from();
    for (let n = 0; n < 60; n++) await askPasskey(place);
    await expect(askPasskey(place)).rejects.toMatchObject({ code: "limit_exceeded" });
  });
});
