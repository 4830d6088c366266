import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant, lettersTo, pushImage } from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import { person, proven, pulled, repositoryOf } from "./fetched.fixture.ts";
import { liftRecall, notifyFetchers, recallImage, sendRecallLetters, viewRecall } from "./index.ts";

const REASON = "It loses data.";

describe("the letters of a recall", () => {
  it("go to each member who fetched it, also suspended and whatever they chose, once, and later to who fetched since", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    const [suspended, unproven, late] = [await t.addMember(null), await t.addMember(), await t.addMember()];
    for (const { userId } of [t.member, suspended, late]) await proven(userId);
    await db().member.update({ where: { id: suspended.id }, data: { suspendedAt: new Date(), releaseMail: false } });
    await pulled(t, digest, person(t.member), person(suspended), person(unproven));
    const repositoryId = await repositoryOf(t);
    const { recall } = await recallImage(t.ctx, { repositoryId, digest, reason: REASON, replacement: "1.4.2" });
    const recallId = recall.id;
    const asked = await Promise.all([notifyFetchers(t.ctx, { recallId }), notifyFetchers(t.ctx, { recallId })]);
    expect(asked.reduce((sum, { letters }) => sum + letters, 0)).toBe(2);
    expect((await viewRecall(t.ctx, { recallId })).letters).toEqual({ sent: 0, waiting: 2, failed: 0 });
    await sendRecallLetters();
    await sendRecallLetters();
    const told = async () =>
      Promise.all([t.member, suspended, unproven, late].map(async ({ email }) => (await lettersTo(email)).length));
    expect(await told()).toEqual([1, 1, 0, 0]);
    const [letter] = await lettersTo(t.member.email);
    expect(letter?.subject).toBe(`Recalled: ${t.product.name} ${t.repository.name}@${digest.slice(0, 19)}`);
    expect(letter?.text).toContain(REASON);
    expect(letter?.text).toContain("Move to: 1.4.2");
    expect(letter?.text).toContain(`- ${t.repository.name}:v1@${digest.slice(0, 19)}, last on `);
    expect(letter?.text).toContain(`/t/${t.tenant.slug}/downloads/products/${t.product.slug}`);
    expect(letter?.text).not.toContain("/mail/releases");
    const before = await t.rows();
    expect(await notifyFetchers(t.ctx, { recallId })).toEqual({ letters: 0, again: 0 });
    expect(await t.rows()).toEqual(before);
    // Counted late: after the recall was made and told.
    await pulled(t, digest, person(late));
    expect(await notifyFetchers(t.ctx, { recallId })).toEqual({ letters: 1, again: 0 });
    expect(await t.lastAudit()).toMatchObject({ action: "recall.notified", after: { letters: 1, again: 0 } });
    await sendRecallLetters();
    expect(await told()).toEqual([1, 1, 0, 1]);
  });

  it("are asked for with the recall, and by a repeated one not again", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    const late = await t.addMember();
    for (const { userId } of [t.member, late]) await proven(userId);
    await pulled(t, digest, person(t.member));
    const asked = { repositoryId: await repositoryOf(t), digest, reason: REASON, notify: true };
    expect(await recallImage(t.ctx, asked)).toMatchObject({ changed: true, letters: 1 });
    await pulled(t, digest, person(late));
    expect(await recallImage(t.ctx, asked)).toMatchObject({ changed: false, letters: 0 });
    await sendRecallLetters();
    expect([(await lettersTo(t.member.email)).length, (await lettersTo(late.email)).length]).toEqual([1, 0]);
  });

  it("are tried five times, and once more where that is asked for", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    await proven(t.member.userId);
    await pulled(t, digest, person(t.member));
    const { recall } = await recallImage(t.ctx, { repositoryId: await repositoryOf(t), digest, reason: REASON });
    const recallId = recall.id;
    await notifyFetchers(t.ctx, { recallId });
    setEnv({ SMTP_URL: "smtp://127.0.0.1:1" });
    for (let n = 0; n < 6; n++) await sendRecallLetters();
    setEnv({ SMTP_URL: "" });
    const [letter] = await db().recallLetter.findMany({ where: { recallId } });
    expect(letter).toMatchObject({ attempts: 5, sentAt: null, error: expect.stringMatching(/mail/) });
    expect((await viewRecall(t.ctx, { recallId })).letters).toEqual({ sent: 0, waiting: 0, failed: 1 });
    expect(await notifyFetchers(t.ctx, { recallId })).toEqual({ letters: 0, again: 1 });
    await sendRecallLetters();
    expect((await viewRecall(t.ctx, { recallId })).letters).toEqual({ sent: 1, waiting: 0, failed: 0 });
  });

  it("that wait are not sent once it is lifted, and nobody else is told", async () => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    await proven(t.member.userId);
    await pulled(t, digest, person(t.member));
    const { recall } = await recallImage(t.ctx, { repositoryId: await repositoryOf(t), digest, reason: REASON });
    await notifyFetchers(t.ctx, { recallId: recall.id });
    await liftRecall(t.ctx, { recallId: recall.id, reason: "It was the other one." });
    await sendRecallLetters();
    expect(await lettersTo(t.member.email)).toEqual([]);
    await expect(notifyFetchers(t.ctx, { recallId: recall.id })).rejects.toMatchObject({ code: "conflict" });
  });

  it.each(["operator", "readonly"] as const)("are not for %s to send", async (role) => {
    const t = await freshTenant();
    const { digest } = await pushImage(t.ctx, t.repository);
    const { recall } = await recallImage(t.ctx, { repositoryId: await repositoryOf(t), digest, reason: REASON });
    const before = await t.rows();
    await expect(notifyFetchers(t.as(role), { recallId: recall.id })).rejects.toMatchObject({ code: "forbidden" });
    expect(await t.rows()).toEqual(before);
  });
});
