import { beforeAll, describe, expect, it } from "vitest";
import { WEBHOOK_EVENTS } from "#lib/billing/index.ts";
import { db } from "#lib/db/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { blobStore } from "#lib/storage/index.ts";
import { type Fixture, freshTenant, lettersTo, pushBlob, randomBlob, withShop } from "#lib/testing/index.ts";
import type { Ctx } from "../context.ts";
import { env } from "../env.ts";
import {
  checkAllProviders,
  checkProvider,
  checkRun,
  listProviders,
  syncProvider,
  syncRun,
  viewProvider,
} from "./index.ts";
import { keepFindings } from "./keep-state.ts";
import { tellTeams } from "./tell-teams.ts";

const never = new AbortController().signal;
const performAll = () => performRuns({ signal: never, runs: [checkRun, syncRun] });

async function checked(ctx: Ctx, kind: "stripe" | "store" | "mail") {
  await checkProvider(ctx, { kind });
  await performAll();
  const { health, findings } = await viewProvider(ctx, { kind, ref: "" });
  return { health, findings: Object.fromEntries(findings.map(({ check, state, words }) => [check, { state, words }])) };
}

async function synced(ctx: Ctx, kind: "stripe" | "store") {
  await syncProvider(ctx, { kind });
  await performAll();
  return (await viewProvider(ctx, { kind, ref: "" })).differences;
}

describe("a tenant's providers", () => {
  it("are the store and the mail server of the instance, and what it has connected", async () => {
    const t = await freshTenant();
    const { providers, missing } = await listProviders(t.as("readonly"));
    expect(providers.map(({ kind, health }) => [kind, health])).toEqual([
      ["store", null],
      ["mail", null],
    ]);
    expect(missing.map(({ kind }) => kind)).toContain("stripe");
  });

  it("are looked at by operators; who may only look is refused, and nothing is queued", async () => {
    const t = await freshTenant();
    const before = await t.rows();
    for (const start of [checkProvider, syncProvider]) {
      await expect(start(t.as("readonly"), { kind: "store" })).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await t.rows()).toEqual(before);
    expect((await checkProvider(t.as("operator"), { kind: "store" })).made).toBe(true);
    expect((await checkProvider(t.ctx, { kind: "store" })).made).toBe(false);
    await performAll();
  });

  it.each([
    { kind: "nothing", ref: "" },
    { kind: "stripe", ref: "" },
    { kind: "store", ref: "0197a9a0-0000-7000-8000-000000000000" },
  ])("that are not there can't be asked for: %j", async (named) => {
    const t = await freshTenant();
    await expect(checkProvider(t.ctx, named)).rejects.toMatchObject({ code: "not_found" });
    await expect(viewProvider(t.ctx, named)).rejects.toMatchObject({ code: "not_found" });
  });

  it("without an inventory say so", async () => {
    const t = await freshTenant();
    await expect(syncProvider(t.ctx, { kind: "mail" })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("the store", () => {
  it("is well where it can be written to, and tells how full the workspace is", async () => {
    const t = await freshTenant();
    await pushBlob(t.ctx, t.repository, randomBlob(1000));
    await db().tenantStorage.update({ where: { tenantId: t.tenant.id }, data: { ownQuota: true, quotaBytes: 1050 } });
    const { findings } = await checked(t.ctx, "store");
    expect(findings["Reads and writes"]?.state).toBe("ok");
    expect(findings.Quota).toMatchObject({ state: "warning", words: expect.stringContaining("1 kB of 1.1 kB") });
  });

  it("that lost a blob, or has another one in its place, is told from one that has all", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    const digests: string[] = [];
    for (const size of [100, 200, 300]) digests.push(await pushBlob(t.ctx, t.repository, randomBlob(size)));
    await pushBlob(other.ctx, other.repository, randomBlob(50));
    expect(await synced(t.ctx, "store")).toEqual([]);
    const [gone = "", cut = ""] = digests.map((one) =>
      typeof one === "string" ? one : (one as { digest: string }).digest,
    );
    const keyOf = async (digest: string) => (await db().blob.findUniqueOrThrow({ where: { digest } })).storageKey;
    await blobStore().remove(await keyOf(gone));
    await db().blob.update({ where: { digest: cut }, data: { size: 999 } });
    const found = await synced(t.ctx, "store");
    expect(new Map(found.map(({ key, change }) => [key, change]))).toEqual(
      new Map([
        [gone, "gone"],
        [cut, "different"],
      ]),
    );
    expect(await synced(other.ctx, "store")).toEqual([]);
  });
});

describe("a schedule", () => {
  let t: Fixture;
  beforeAll(async () => {
    // What tests before this one left is asked for nothing: some of it is at addresses where nobody answers any more.
    await db().tenant.updateMany({ data: { archivedAt: new Date() } });
    t = await freshTenant();
  });

  it("looks at what every open workspace depends on, with no run for it", async () => {
    await checkAllProviders({ signal: never });
    const { providers } = await listProviders(t.ctx);
    expect(providers.every(({ checkedAt }) => checkedAt !== null)).toBe(true);
    expect(await db().operationRun.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });

  it("keeps what the other side says, whatever it holds", async () => {
    const provider = { kind: "mail", ref: "", name: "Mail", where: "" } as const;
    const words = `It says \u0000 and \ud800 and ${"x".repeat(5000)}`;
    const findings = [{ check: "Server", state: "failed", words, fix: "Mend it." }] as const;
    await keepFindings(t.tenant.id, provider, { findings: [...findings], at: new Date() });
    const [kept] = (await viewProvider(t.ctx, provider)).findings;
    expect(kept?.words).toMatch(/^It says {3}and \ufffd and x+…$/);
    await keepFindings(t.tenant.id, provider, { findings: [], at: new Date() });
  });

  it("tells whoever manages them once when one fails, and once when it is well again", async () => {
    const provider = { kind: "mail", ref: "", name: "Mail", where: "" } as const;
    const failed = [{ check: "Server", state: "failed" as const, words: "It is away.", fix: "Wake it." }];
    const to = async () => (await lettersTo(t.users.owner.email)).map(({ subject }) => subject);
    const keep = (findings: typeof failed) => keepFindings(t.tenant.id, provider, { findings, at: new Date() });
    await keep(failed);
    await tellTeams({ signal: never });
    await keep(failed);
    await tellTeams({ signal: never });
    expect(await to()).toEqual([expect.stringContaining("needs attention")]);
    expect(await lettersTo(t.users.readonly.email)).toEqual([]);
    await keep([]);
    await tellTeams({ signal: never });
    await tellTeams({ signal: never });
    expect(await to()).toHaveLength(2);
    expect((await to()).some((subject) => subject.includes("well again"))).toBe(true);
  });
});

describe("Stripe", () => {
  const shop = withShop();

  it("is well where it answers, may do all, and its events come in", async () => {
    const url = `${env().PUBLIC_URL}${shop.t.webhookPath}`;
    shop.t.account.account.addEndpoint({ url, events: [...WEBHOOK_EVENTS], secret: shop.t.account.webhookSecret });
    const { health, findings } = await checked(shop.t.ctx, "stripe");
    expect(Object.entries(findings).filter(([, { state }]) => state === "failed")).toEqual([]);
    expect(Object.keys(findings)).toEqual(["Answers", "Key", "Permissions", "Clock", "Webhook", "Events", "Effects"]);
    expect(health).toBe("ok");
  });

  it("without an endpoint that sends our events is failed, and says what is missing", async () => {
    const before = await checked(shop.t.ctx, "stripe");
    expect(before.findings.Webhook).toMatchObject({ state: "failed", words: expect.stringContaining("No endpoint") });
    const url = `${env().PUBLIC_URL}${shop.t.webhookPath}`;
    shop.t.account.account.addEndpoint({ url, events: WEBHOOK_EVENTS.slice(1), secret: shop.t.account.webhookSecret });
    const after = await checked(shop.t.ctx, "stripe");
    expect(after.findings.Webhook).toMatchObject({
      state: "failed",
      words: expect.stringContaining(WEBHOOK_EVENTS[0]),
    });
  });

  it("that does not answer, or no longer knows the key, is failed in words", async () => {
    // Asked once, and tried twice more.
    shop.stripe.fail({ status: 503, times: 3, path: /\/v1\/account$/ });
    const away = await checked(shop.t.ctx, "stripe");
    expect(away).toMatchObject({ health: "failed", findings: { Answers: { state: "failed" } } });
  });

  it("differs by a price that means nothing here, and by what was bought and not given", async () => {
    shop.t.account.price({ name: "Unknown add-on" });
    shop.subscribed([shop.plan]);
    const found = await synced(shop.t.ctx, "stripe");
    expect(found).toContainEqual(
      expect.objectContaining({ kind: "price", change: "new", key: expect.stringContaining("Unknown add-on") }),
    );
    expect(found).toContainEqual(expect.objectContaining({ kind: "customer", change: "new", key: shop.ana.email }));
    expect(await shop.grants()).toEqual([]);
  });
});
