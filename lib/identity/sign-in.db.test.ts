import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { newUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { authenticate, createUser, findSessionUser, hashPassword, signIn } from "./index.ts";
import { verifyPassword } from "./password.ts";

const PASSWORD = "correct horse battery";
const somewhere = () => `2001:db8::${randomBytes(4).toString("hex")}`;
const from = (address = somewhere()) => ({ address, userAgent: "vitest", requestId: newId() });
const account = async () => {
  const email = `a${randomBytes(6).toString("hex")}@example.com`;
  return createUser({ email, password: PASSWORD });
};
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "let in",
    (error: { code: string; message: string }) => error,
  );

describe("a password", () => {
  it("is kept as argon2id with a salt of its own, never as it is", async () => {
    const [one, other] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword(one, PASSWORD)).toBe(true);
    expect(await verifyPassword(one, `${PASSWORD} `)).toBe(false);
    expect(await verifyPassword(null, PASSWORD)).toBe(false);
    expect(await verifyPassword(null, "of an account that is not there")).toBe(false);
  });

  it.each(["short", "x".repeat(11), "x".repeat(257)])("of %j's length is refused", async (password) => {
    await expect(createUser({ email: `x${newId()}@example.com`, password })).rejects.toMatchObject({
      code: "invalid",
      fields: { password: expect.stringMatching(/characters/) },
    });
  });
});

describe("an account", () => {
  it("is one for all spellings of its address", async () => {
    const { email } = await account();
    const again = createUser({ email: ` ${email.toUpperCase()} `, password: PASSWORD });
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });

  it("takes no field that is not its own", async () => {
    const input = { email: `x${newId()}@example.com`, password: PASSWORD, isInstanceAdmin: true } as never;
    await expect(createUser(input)).rejects.toMatchObject({ fields: { isInstanceAdmin: "is not a field here" } });
  });
});

describe("signing in", () => {
  it("lets the right password in, in any spelling of the address, and is recorded", async () => {
    const { id, email } = await account();
    const place = from();
    const { sessionId, ...who } = await signIn({ email: email.toUpperCase(), password: PASSWORD }, place);
    expect(who).toEqual({ id });
    expect(await findSessionUser(sessionId)).toMatchObject({ id, email, sessionId });
    const event = await db().auditEvent.findFirst({ where: { requestId: place.requestId } });
    expect(event).toMatchObject({ tenantId: null, action: "session.started", actor: `user:${id}` });
    expect(JSON.stringify(event, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(
      PASSWORD,
    );
  });

  it("answers known and unknown accounts, and those without a password, in the same words", async () => {
    const { email } = await account();
    const passwordless = await newUser();
    const answers: unknown[] = [];
    for (const address of [email, passwordless.email, "nobody@example.com", "no address", `${email}\u0000`]) {
      answers.push(await failure(signIn({ email: address, password: "wrong password" }, from())));
    }
    for (const answer of answers) {
      expect(answer).toMatchObject({ code: "unauthenticated", message: "The email address or the password is wrong." });
    }
  });
});

describe("guessing passwords", () => {
  it("of one account from many places is refused after ten tries, with the time to wait", async () => {
    const { email } = await account();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => failure(signIn({ email, password: `guess ${n}` }, from()))),
    );
    const codes = answers.map((answer) => (answer as { code: string }).code);
    expect(codes.filter((code) => code === "unauthenticated").length).toBeLessThanOrEqual(10);
    expect(codes.filter((code) => code === "limit_exceeded").length).toBeGreaterThanOrEqual(190);
    const limited = answers.find((answer) => (answer as { code: string }).code === "limit_exceeded");
    expect(limited).toMatchObject({ message: /^Too many attempts\. Try again in / });
    expect((limited as unknown as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(800);
    // Also the right one now: guessing must not end with a hit.
    expect(await failure(signIn({ email, password: PASSWORD }, from()))).toMatchObject({ code: "limit_exceeded" });
  });

  it("of many accounts from one place is refused after ten tries, and other places go on", async () => {
    const { email } = await account();
    const place = somewhere();
    const codes: string[] = [];
    for (let n = 0; n < 12; n++) {
      const answer = await failure(signIn({ email: `x${n}${newId()}@example.com`, password: "a guess" }, from(place)));
      codes.push((answer as { code: string }).code);
    }
    expect(codes).toEqual([...Array(10).fill("unauthenticated"), "limit_exceeded", "limit_exceeded"]);
    expect(await failure(signIn({ email, password: PASSWORD }, from(place)))).toMatchObject({ code: "limit_exceeded" });
    expect(await signIn({ email, password: PASSWORD }, from())).toMatchObject({ sessionId: expect.any(String) });
  });

  it("is not what good sign-ins count as: each gives its attempt back", async () => {
    const { email } = await account();
    const place = somewhere();
    for (let n = 0; n < 15; n++) {
      await expect(authenticate({ username: email, password: PASSWORD, address: place })).resolves.toMatchObject({
        type: "user",
      });
    }
  });

  it("gains nothing by spelling the address anew", async () => {
    const { email } = await account();
    const spellings = [email, email.toUpperCase(), ` ${email}`, email.replace("@", "＠")];
    for (let n = 0; n < 10; n++)
      await failure(signIn({ email: spellings[n % 4] ?? email, password: "a guess" }, from()));
    expect(await failure(signIn({ email, password: PASSWORD }, from()))).toMatchObject({ code: "limit_exceeded" });
  });
});
