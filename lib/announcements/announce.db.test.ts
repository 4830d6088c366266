import { beforeEach, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { type Fixture, freshTenant, lettersTo, publishAsset } from "#lib/testing/index.ts";
import { setEnv } from "../env.ts";
import {
  announceReleases,
  findMailPreference,
  findOwnReleaseMail,
  setOwnReleaseMail,
  setReleaseMail,
} from "./index.ts";
import { mailTokenOf } from "./preference-link.ts";

// What other tests of this worker published is no news of theirs.
beforeEach(() => db().release.updateMany({ data: { publishedAt: new Date(0) } }));

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

interface Published {
  minutes?: number;
  channel?: string;
  notes?: string;
}

/** Everybody's address is proven, but for whoever's is said not to be. */
async function proveAddresses({ tenant }: Fixture): Promise<void> {
  const where = { members: { some: { tenantId: tenant.id } }, NOT: { email: { startsWith: "unproven" } } };
  await db().user.updateMany({ where, data: { emailVerifiedAt: new Date() } });
}

async function publish(t: Fixture, { minutes = 6, ...about }: Published = {}): Promise<string> {
  const { id } = await publishAsset(t, { product: t.product });
  await proveAddresses(t);
  const { releaseId } = await db().asset.findUniqueOrThrow({ where: { id } });
  await db().release.update({ where: { id: releaseId }, data: { publishedAt: minutesAgo(minutes), ...about } });
  return releaseId;
}

const ofTenant = ({ tenant }: Fixture) => ({ tenantId: tenant.id });
const ENDED = { endedAt: minutesAgo(1) };
const UNPROVEN = { emailVerifiedAt: null };
const ARCHIVED = { archivedAt: minutesAgo(1) };

const subjects = async (email: string) => (await lettersTo(email)).map(({ subject }) => subject);
const mayHave = (t: Fixture, member: { id: string }) =>
  grantEntitlement(t.ctx, { memberId: member.id, productId: t.product.id });

describe("a version that was published", () => {
  it("is told once to each member who may have it, and to nobody else", async () => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    const [holder, other] = [t.member, await t.addMember()];
    await mayHave(t, holder);
    const stranger = await freshTenant();
    await publish(t, { notes: "Faster **pulls**." });
    expect(await announceReleases()).toEqual({ sent: 1 });
    const [letter] = await lettersTo(holder.email);
    expect(letter).toMatchObject({ subject: expect.stringContaining(t.product.name) });
    expect(letter?.text).toContain("Faster **pulls**.");
    expect(letter?.text).toContain(`/t/${t.tenant.slug}/downloads`);
    expect(await subjects(other.email)).toEqual([]);
    expect(await subjects(stranger.member.email)).toEqual([]);
    expect(await announceReleases()).toEqual({ sent: 0 });
  });

  it("of an open product is told to members in good standing whose address is proven", async () => {
    const t = await freshTenant();
    const [suspended, lapsed, unproven] = [await t.addMember(), await t.addMember(), await t.addMember()];
    await db().user.update({ where: { id: unproven.userId }, data: { email: `unproven-${unproven.email}` } });
    await db().member.update({ where: { id: suspended.id }, data: { suspendedAt: new Date() } });
    await db().subscription.updateMany({ where: { memberId: lapsed.id }, data: { endedAt: minutesAgo(60) } });
    await publish(t);
    await announceReleases();
    unproven.email = `unproven-${unproven.email}`;
    const told = [t.member, suspended, lapsed, unproven].map(async ({ email }) => (await subjects(email)).length);
    expect(await Promise.all(told)).toEqual([1, 0, 0, 0]);
  });

  it("may be taken back for five minutes, and is no news after days", async () => {
    const t = await freshTenant();
    const releaseId = await publish(t, { minutes: 4 });
    await publish(t, { minutes: 4 * 24 * 60 });
    expect(await announceReleases()).toEqual({ sent: 0 });
    await db().release.update({ where: { id: releaseId }, data: { status: "archived", publishedAt: minutesAgo(6) } });
    expect(await announceReleases()).toEqual({ sent: 0 });
  });

  it("for those who test is not told", async () => {
    const t = await freshTenant();
    await publish(t, { channel: "beta" });
    expect(await announceReleases()).toEqual({ sent: 0 });
  });

  it("whose letter the mail server does not take is tried again, five times at most", async () => {
    const t = await freshTenant();
    await publish(t);
    setEnv({ SMTP_URL: "smtp://127.0.0.1:1" });
    for (let n = 0; n < 6; n++) expect(await announceReleases()).toEqual({ sent: 0 });
    setEnv({ SMTP_URL: "" });
    const [letter] = await db().announcementLetter.findMany({ where: { tenantId: t.tenant.id } });
    expect(letter).toMatchObject({ attempts: 5, sentAt: null, error: expect.stringMatching(/mail/) });
    expect(await db().announcement.findFirst({ where: { tenantId: t.tenant.id } })).toMatchObject({
      finishedAt: expect.any(Date),
    });
  });

  it.each<[string, (t: Fixture) => Promise<unknown>]>([
    ["whose grant ended", (t) => db().entitlement.updateMany({ where: ofTenant(t), data: { revokedAt: new Date() } })],
    ["whose membership ended", (t) => db().subscription.updateMany({ where: ofTenant(t), data: ENDED })],
    ["whose address is proven no more", (t) => db().user.update({ where: { id: t.member.userId }, data: UNPROVEN })],
    ["of a product that was archived", (t) => db().product.updateMany({ where: ofTenant(t), data: ARCHIVED })],
    ["of a vendor who was archived", (t) => db().tenant.update({ where: { id: t.tenant.id }, data: ARCHIVED })],
  ])("is not told, at a later try, to a member %s meanwhile", async (_, loses) => {
    const t = await freshTenant({ product: { requiresEntitlement: true } });
    await mayHave(t, t.member);
    await publish(t);
    setEnv({ SMTP_URL: "smtp://127.0.0.1:1" });
    await announceReleases();
    setEnv({ SMTP_URL: "" });
    await loses(t);
    expect(await announceReleases()).toEqual({ sent: 0 });
    const where = { tenantId: t.tenant.id };
    expect(await db().announcement.findFirst({ where })).toMatchObject({ finishedAt: expect.any(Date) });
  });

  it("that is taken back between two tries is told to nobody else", async () => {
    const t = await freshTenant();
    const releaseId = await publish(t);
    setEnv({ SMTP_URL: "smtp://127.0.0.1:1" });
    await announceReleases();
    setEnv({ SMTP_URL: "" });
    await db().release.update({ where: { id: releaseId }, data: { status: "yanked" } });
    expect(await announceReleases()).toEqual({ sent: 0 });
    expect(await subjects(t.member.email)).toEqual([]);
  });
});

describe("whether letters come", () => {
  const choose = (t: Fixture, wanted: boolean) =>
    setReleaseMail({ requestId: "r" }, { token: mailTokenOf(t.member.id), wanted });

  it("is the member's to say, by the link of a letter alone, and stands in the log", async () => {
    const t = await freshTenant();
    await publish(t);
    await announceReleases();
    const [letter] = await lettersTo(t.member.email);
    const token = /\/mail\/releases\?token=(\S+)/.exec(letter?.text ?? "")?.[1] ?? "";
    expect(await findMailPreference(token)).toEqual({
      tenant: { name: t.tenant.name },
      email: t.member.email,
      wanted: true,
    });
    expect(await choose(t, false)).toEqual({ changed: true });
    expect(await choose(t, false)).toEqual({ changed: false });
    expect(await t.lastAudit()).toMatchObject({ action: "member.release_mail_set", actor: `user:${t.member.userId}` });
    await publish(t);
    expect(await announceReleases()).toEqual({ sent: 0 });
    await choose(t, true);
    await publish(t);
    expect(await announceReleases()).toEqual({ sent: 1 });
  });

  it("is asked again before each letter", async () => {
    const t = await freshTenant();
    await publish(t);
    setEnv({ SMTP_URL: "smtp://127.0.0.1:1" });
    await announceReleases();
    setEnv({ SMTP_URL: "" });
    await choose(t, false);
    expect(await announceReleases()).toEqual({ sent: 0 });
  });

  it.each(["", "x", "..", "0".repeat(80)])("is nobody's by the token “%s”", async (token) => {
    expect(await findMailPreference(token)).toBeNull();
    await expect(setReleaseMail({ requestId: "r" }, { token, wanted: false })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("is one's own on the portal, too, in one's own tenant alone", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const ctx = t.by({ type: "user", id: t.member.userId, email: t.member.email, role: null });
    const memberId = t.member.id;
    expect(await findOwnReleaseMail(ctx, memberId)).toBe(true);
    expect(await setOwnReleaseMail(ctx, { memberId, wanted: false })).toEqual({ changed: true });
    expect(await setOwnReleaseMail(ctx, { memberId, wanted: false })).toEqual({ changed: false });
    expect(await findOwnReleaseMail(ctx, memberId)).toBe(false);
    expect(await t.lastAudit()).toMatchObject({ action: "member.release_mail_set", actor: `user:${t.member.userId}` });
    await publish(t);
    expect(await announceReleases()).toEqual({ sent: 0 });
    const elsewhere = setOwnReleaseMail(other.ctx, { memberId, wanted: true });
    await expect(elsewhere).rejects.toMatchObject({ code: "not_found" });
    await expect(findOwnReleaseMail(other.ctx, null)).rejects.toMatchObject({ code: "not_found" });
  });

  it("is nobody's by another member's signature", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const [, signature] = mailTokenOf(other.member.id).split(".");
    expect(await findMailPreference(`${t.member.id}.${signature}`)).toBeNull();
  });
});
