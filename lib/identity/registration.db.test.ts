import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { lettersTo, letterTo, linkSecretIn, newUser } from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import { newId } from "../ids.ts";
import { letterArrived } from "./ask-for-letter.ts";
import { askRegistration, confirmRegistration, findRegistration, signIn } from "./index.ts";

const PASSWORD = "correct horse battery";
const somewhere = () => `2001:db8:${randomBytes(2).toString("hex")}:${randomBytes(2).toString("hex")}::1`;
const from = (address = somewhere()) => ({ address, userAgent: "vitest", requestId: newId() });
const newAddress = () => `r${randomBytes(6).toString("hex")}@example.com`;
const accounts = (email: string) => db().user.count({ where: { email } });

async function linkFor(email: string): Promise<string> {
  await askRegistration({ email }, from());
  return linkSecretIn(await letterTo(email, /^Your account/));
}

afterEach(() => setEnv({ OPEN_SIGN_UP: "" }));

describe("registering", () => {
  it("makes a verified account by the letter's link, which opens with its password and is recorded", async () => {
    const email = newAddress();
    const token = await linkFor(` ${email.toUpperCase()} `.trim().toLowerCase());
    expect(await accounts(email)).toBe(0);
    const place = from();
    const { id } = await confirmRegistration({ token, name: " Ana ", password: PASSWORD }, place);
    expect(await db().user.findUnique({ where: { id } })).toMatchObject({
      email,
      name: "Ana",
      emailVerifiedAt: expect.any(Date),
      isInstanceAdmin: false,
    });
    expect(await signIn({ email, password: PASSWORD }, from())).toMatchObject({ id });
    const event = await db().auditEvent.findFirst({ where: { requestId: place.requestId } });
    expect(event).toMatchObject({ tenantId: null, action: "account.created", subjectId: id });
  });

  it("leads on to where its reader wanted to go, on our own address alone", async () => {
    const email = newAddress();
    await askRegistration({ email, leadsTo: "/store/acme" }, from());
    expect((await letterTo(email, /^Your account/)).text).toContain("&callbackUrl=%2Fstore%2Facme");
    const elsewhere = askRegistration({ email, leadsTo: "https://evil.example" }, from());
    await expect(elsewhere).rejects.toMatchObject({ code: "invalid" });
  });

  it("has a link that is not used up by being looked at, works once, and is kept as a hash", async () => {
    const email = newAddress();
    const token = await linkFor(email);
    for (let n = 0; n < 3; n++) expect(await findRegistration(token)).toEqual({ email });
    expect(await db().verificationToken.count({ where: { token } })).toBe(0);
    await confirmRegistration({ token, password: PASSWORD }, from());
    expect(await findRegistration(token)).toBeNull();
    await expect(confirmRegistration({ token, password: PASSWORD }, from())).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringMatching(/expired or was used/),
    });
  });

  it("makes one account of two confirmations at once", async () => {
    const email = newAddress();
    const token = await linkFor(email);
    const answers = await Promise.allSettled(
      [1, 2, 3].map((n) => confirmRegistration({ token, password: `${PASSWORD} ${n}` }, from())),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(await accounts(email)).toBe(1);
  });

  it("tells an address that has an account so by letter alone, with the same answer and no link that makes one", async () => {
    const { email } = await newUser();
    expect(await askRegistration({ email }, from())).toBe(await askRegistration({ email: newAddress() }, from()));
    const letter = await letterTo(email, /have an account/);
    expect(linkSecretIn(letter)).toBe("");
    expect(await db().verificationToken.count({ where: { identifier: `registration:${email}` } })).toBe(0);
  });

  it("is only for the newest link of an address, and for none that has run out or is for something else", async () => {
    const email = newAddress();
    const old = await linkFor(email);
    const token = await linkFor(email).then(async () => {
      await expect.poll(() => lettersTo(email), { timeout: 15_000 }).toHaveLength(2);
      return linkSecretIn((await lettersTo(email))[0] as never);
    });
    expect(await findRegistration(old)).toBeNull();
    const { count } = await db().verificationToken.updateMany({
      where: { identifier: `registration:${email}` },
      data: { expires: new Date() },
    });
    expect(count).toBe(1);
    for (const bad of [token, old, "", "x", "\0", newId()]) {
      await expect(confirmRegistration({ token: bad, password: PASSWORD }, from())).rejects.toMatchObject({
        code: expect.stringMatching(/not_found|invalid/),
      });
    }
    expect(await accounts(email)).toBe(0);
  });

  it("takes no hostile address, and sends no mail for one", async () => {
    const sent = async () => (await lettersTo("victim@example.com")).length;
    const before = await sent();
    for (const email of [
      "victim@example.com,evil@example.com",
      "victim@example.com, evil@example.com",
      "victim@example.com\r\nBcc: evil@example.com",
      '"victim@example.com,"@example.com',
      "<victim@example.com>",
      "victim@example.com@evil.example",
      "victim@example.com\0",
      "a b@example.com",
      "@example.com",
      "victim",
      "",
      `${"x".repeat(300)}@example.com`,
    ]) {
      await expect(askRegistration({ email }, from()), email).rejects.toMatchObject({ code: "invalid" });
    }
    for (const email of [{ not: "" }, ["victim@example.com"], null, 1] as never[]) {
      await expect(askRegistration({ email }, from())).rejects.toMatchObject({ code: "invalid" });
    }
    expect(await sent()).toBe(before);
  });

  it("sends one address five letters an hour and no more, alike for known and unknown", async () => {
    for (const email of [newAddress(), (await newUser()).email]) {
      for (let n = 0; n < 5; n++) await askRegistration({ email }, from());
      await expect(askRegistration({ email }, from())).rejects.toMatchObject({
        code: "limit_exceeded",
        retryAfterSeconds: expect.any(Number),
      });
    }
  });

  it("sends twenty letters an hour for one network, and others go on", async () => {
    const place = from();
    // Links of letters that were asked for elsewhere, or long ago, earn no more of them here.
    for (let n = 0; n < 3; n++) await letterArrived(place);
    for (let n = 0; n < 20; n++) await askRegistration({ email: newAddress() }, place);
    await expect(askRegistration({ email: newAddress() }, place)).rejects.toMatchObject({ code: "limit_exceeded" });
    await expect(askRegistration({ email: newAddress() }, from())).resolves.toBeUndefined();
  });

  it("is refused where accounts are by invitation, also with a link from before", async () => {
    const email = newAddress();
    const token = await linkFor(email);
    setEnv({ OPEN_SIGN_UP: "false" });
    const closed = { code: "forbidden", message: expect.stringMatching(/by invitation/) };
    await expect(askRegistration({ email: newAddress() }, from())).rejects.toMatchObject(closed);
    await expect(confirmRegistration({ token, password: PASSWORD }, from())).rejects.toMatchObject(closed);
    expect(await accounts(email)).toBe(0);
  });

  it("takes no field that is not its own, and no weak password", async () => {
    const email = newAddress();
    const token = await linkFor(email);
    const more = { token, password: PASSWORD, isInstanceAdmin: true, email: "other@example.com" } as never;
    await expect(confirmRegistration(more, from())).rejects.toMatchObject({
      fields: { isInstanceAdmin: "is not a field here", email: "is not a field here" },
    });
    await expect(confirmRegistration({ token, password: "short" }, from())).rejects.toMatchObject({
      fields: { password: expect.stringMatching(/12 characters/) },
    });
    for (const name of ["Ana\r\nBcc: eve@evil.example", "Ana\0"])
      await expect(confirmRegistration({ token, name, password: PASSWORD }, from())).rejects.toMatchObject({
        fields: { name: "must be one line of text" },
      });
    expect(await findRegistration(token)).toEqual({ email });
  });
});
