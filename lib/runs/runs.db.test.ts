import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { daysAgo, freshTenant, robotToken } from "#lib/testing/index.ts";
import { AppError } from "../errors.ts";
import { listRuns, viewRun, viewRunWithLog } from "./index.ts";
import { aKind, eventsOf, gate, perform, rowOf, start } from "./runs.contract.ts";

describe("a run", () => {
  it("is done by a worker, with what it was given, as whoever started it", async () => {
    const t = await freshTenant();
    const seen: unknown[] = [];
    const run = aKind(async ({ ctx, input, secret, attempt }) => {
      seen.push({ actor: ctx.actor, tenant: ctx.tenant.slug, input, secret, attempt });
      return { summary: "All well", details: { count: 3 } };
    });
    const { run: started } = await start(t.as("operator"), run, {
      secret: "s3cret",
      subject: { id: "s1", label: "It" },
    });
    const queued = await rowOf(started.id);
    expect(queued.secret).not.toBeNull();
    expect(Buffer.from(queued.secret ?? []).toString()).not.toContain("s3cret");
    await perform(run);
    const { email, id } = t.users.operator;
    const actor = { type: "user", id, email, role: "operator", owesSecondFactor: false, archived: false };
    expect(seen).toEqual([{ actor, tenant: t.tenant.slug, input: { word: "hello" }, secret: "s3cret", attempt: 1 }]);
    expect(await viewRun(t.ctx, started.id)).toMatchObject({
      state: "done",
      summary: "All well",
      details: { count: 3 },
      startedByLabel: email,
      subjectLabel: "It",
    });
    expect((await rowOf(started.id)).secret).toBeNull();
    const subject = { kind: run.kind, subject: { id: "s1", label: "It" } };
    expect(await eventsOf(t)).toEqual([
      { action: "run.started", actorLabel: email, after: subject },
      { action: "run.finished", actorLabel: "Purser", after: { ...subject, state: "done", summary: "All well" } },
    ]);
  });

  it("is one where two start it at once, and both are told which", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "done" }));
    const both = await Promise.all([start(t.ctx, run), start(t.as("operator"), run)]);
    expect(both.map(({ made }) => made).sort()).toEqual([false, true]);
    expect(new Set(both.map(({ run }) => run.id)).size).toBe(1);
    // Another subject's, and another tenant's, are others.
    const other = await freshTenant();
    expect((await start(t.ctx, run, { subject: { id: "s2", label: "" } })).made).toBe(true);
    expect((await start(other.ctx, run)).made).toBe(true);
    await perform(run);
    expect((await start(t.ctx, run)).made).toBe(true);
  });

  it("is done once, by one of many workers", async () => {
    const t = await freshTenant();
    let runs = 0;
    const run = aKind(async () => {
      runs++;
      return { summary: "done" };
    });
    for (const id of ["a", "b", "c", "d", "e"]) await start(t.ctx, run, { subject: { id, label: id } });
    await Promise.all([perform(run), perform(run), perform(run)]);
    expect(runs).toBe(5);
  });

  it("shows how far it is and what it says, while it is under way", async () => {
    const t = await freshTenant();
    const [begun, release] = [gate(), gate()];
    const run = aKind(async ({ report, log }) => {
      report({ total: 10, phase: "counting" });
      report({ done: 4 });
      await log("four are counted");
      await log("one is odd", "warning");
      begun.open();
      await release.opened;
      return { summary: "counted" };
    });
    const { run: started } = await start(t.ctx, run);
    const working = perform(run);
    await begun.opened;
    await expect
      .poll(() => viewRun(t.ctx, started.id), { timeout: 30_000 })
      .toMatchObject({ state: "running", done: 4, total: 10, phase: "counting" });
    expect((await viewRunWithLog(t.ctx, started.id)).lines).toMatchObject([
      { n: 1, level: "info", text: "four are counted" },
      { n: 2, level: "warning", text: "one is odd" },
    ]);
    expect((await viewRunWithLog(t.ctx, started.id, 1)).lines).toHaveLength(1);
    release.open();
    await working;
  });

  it("that fails says why, where there are words; else that the log has it", async () => {
    const t = await freshTenant();
    const told = aKind(async () => {
      throw new AppError("unavailable", "The other side is away.");
    });
    const broken = aKind(async () => {
      throw new Error("password=hunter2");
    });
    const [a, b] = [await start(t.ctx, told), await start(t.ctx, broken)];
    await perform(told, broken);
    expect(await viewRun(t.ctx, a.run.id)).toMatchObject({ state: "failed", error: "The other side is away." });
    const { error } = await viewRun(t.ctx, b.run.id);
    expect(error).toContain("its log says what");
  });

  it("keeps what it was given as a secret out of its log and its error, and takes whatever others write", async () => {
    const t = await freshTenant();
    const run = aKind(async ({ log, secret }) => {
      await log(`they answered: ${secret} is wrong\u0000\n`, "warning");
      throw new AppError("unavailable", `Nobody knows ${secret}.`);
    });
    const { run: started } = await start(t.ctx, run, { secret: "correct horse" });
    await perform(run);
    expect(await viewRunWithLog(t.ctx, started.id)).toMatchObject({
      run: { state: "failed", error: "Nobody knows …." },
      lines: [{ text: "they answered: … is wrong " }],
    });
  });

  it("is not done for whoever lost the right to it meanwhile", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "done" }));
    const { run: started } = await start(t.as("operator"), run);
    const where = { tenantId_userId: { tenantId: t.tenant.id, userId: t.users.operator.id } };
    await db().tenantMembership.update({ where, data: { role: "readonly" } });
    await perform(run);
    const { state, error } = await viewRun(t.ctx, started.id);
    expect([state, error]).toEqual(["failed", expect.stringContaining("sync the inventory")]);
  });

  it("is not done for whoever is asked for a second factor meanwhile and has none", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "done" }));
    const { run: started } = await start(t.as("operator"), run);
    await db().tenant.update({ where: { id: t.tenant.id }, data: { secondFactorRequired: true } });
    await perform(run);
    const { state, error } = await viewRun(t.ctx, started.id);
    expect([state, error]).toEqual(["failed", expect.stringContaining("second factor")]);
  });

  it("that a robot started ends where its token was revoked", async () => {
    const t = await freshTenant();
    const run = aKind(async ({ ctx }) => ({ summary: ctx.actor.type }));
    const token = await robotToken(t.ctx, ["provider.syncInventory"]);
    const actor = {
      type: "token",
      id: token.id,
      kind: "robot",
      name: "r",
      user: null,
      scopes: ["provider.syncInventory"],
      role: null,
    } as const;
    const first = await start({ ...t.ctx, actor }, run);
    await perform(run);
    expect(await viewRun(t.ctx, first.run.id)).toMatchObject({ state: "done", summary: "token" });
    const second = await start({ ...t.ctx, actor }, run);
    await db().accessToken.update({ where: { id: token.id }, data: { revokedAt: new Date() } });
    await perform(run);
    expect(await viewRun(t.ctx, second.run.id)).toMatchObject({
      state: "failed",
      error: expect.stringContaining("revoked"),
    });
  });

  it("that a robot started ends where its token is too old for the workspace by then, or that is archived", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "done" }));
    const { id } = await robotToken(t.ctx, ["provider.syncInventory"]);
    const by = { type: "token", id, kind: "robot", name: "r", user: null, role: null } as const;
    const failed = async (change: { tokenDaysMax: number } | { archivedAt: Date }) => {
      const started = await start({ ...t.ctx, actor: { ...by, scopes: ["provider.syncInventory"] } }, run);
      await db().tenant.update({ where: { id: t.tenant.id }, data: change });
      await perform(run);
      const { state, error } = await viewRun(t.ctx, started.run.id);
      return [state, error];
    };
    await db().accessToken.update({ where: { id }, data: { createdAt: daysAgo(31) } });
    expect(await failed({ tokenDaysMax: 30 })).toEqual(["failed", expect.stringContaining("30 days")]);
    await db().accessToken.update({ where: { id }, data: { rotatedAt: new Date() } });
    expect(await failed({ archivedAt: new Date() })).toEqual(["failed", expect.stringContaining("archived")]);
  });

  it("keeps two at most of one tenant at work, and another tenant's isn't kept waiting", async () => {
    const [a, b] = [await freshTenant(), await freshTenant()];
    const together = gate();
    let [begun, at, most, others] = [0, 0, 0, 0];
    const run = aKind(async ({ ctx }) => {
      const own = ctx.tenant.id === a.tenant.id;
      if (own) begun++;
      else others++;
      at += own ? 1 : 0;
      most = Math.max(most, at);
      if (at === 2 && others === 1) together.open();
      await together.opened;
      at -= own ? 1 : 0;
      return { summary: "done" };
    });
    for (const id of ["1", "2", "3"]) await start(a.ctx, run, { subject: { id, label: id } });
    await start(b.ctx, run);
    await perform(run);
    expect([begun, most, others]).toEqual([3, 2, 1]);
  });
});

describe("the list of runs", () => {
  it("is by page, newest first, and narrowed by kind and state", async () => {
    const t = await freshTenant();
    const run = aKind(async () => ({ summary: "done" }));
    const ids: string[] = [];
    for (const id of ["a", "b", "c"]) ids.push((await start(t.ctx, run, { subject: { id, label: id } })).run.id);
    // Ids of one millisecond sort as chance has it.
    ids.sort();
    await perform(run);
    const other = await start(
      t.ctx,
      aKind(async () => ({ summary: "" })),
    );
    const first = await listRuns(t.as("readonly"), { kind: run.kind, limit: 2 });
    expect(first.runs.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const second = await listRuns(t.ctx, { kind: run.kind, limit: 2, after: first.next ?? undefined });
    expect([second.runs.map(({ id }) => id), second.next]).toEqual([[ids[0]], null]);
    expect((await listRuns(t.ctx, { state: "queued" })).runs.map(({ id }) => id)).toEqual([other.run.id]);
  });

  it("forgets after 90 days what is over", async () => {
    const t = await freshTenant();
    const run = aKind(async ({ log }) => {
      await log("a line");
      return { summary: "done" };
    });
    const { run: old } = await start(t.ctx, run);
    await perform(run);
    await db().operationRun.update({
      where: { id: old.id },
      data: { finishedAt: new Date(Date.now() - 91 * 86_400_000) },
    });
    await perform(run);
    await expect(viewRun(t.ctx, old.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
