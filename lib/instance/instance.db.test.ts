import { rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { listAuditEvents } from "#lib/audit/index.ts";
import { db } from "#lib/db/index.ts";
import { outboxDir, sendMail } from "#lib/mail/index.ts";
import { accountCtx, freshTenant, newUser, sessionOf } from "#lib/testing/index.ts";
import type { AccountCtx } from "../context.ts";
import { newId } from "../ids.ts";
import {
  instanceHealth,
  listAllTenants,
  listInstanceEvents,
  listOutboxLetters,
  makeInstanceAdmin,
  viewTenant,
} from "./index.ts";

let ctx: AccountCtx;
beforeAll(async () => {
  ctx = accountCtx(await newUser({ isInstanceAdmin: true }));
});

describe("the tenants of the instance", () => {
  it("are found by a part of the slug or the name, which stands for itself, with their counts", async () => {
    const t = await freshTenant();
    await db().tenant.update({ where: { id: t.tenant.id }, data: { name: "Hundred %_" } });
    for (const search of [t.tenant.slug.toUpperCase(), "red %_"]) {
      expect((await listAllTenants(ctx, { search })).tenants, search).toEqual([
        {
          id: t.tenant.id,
          slug: t.tenant.slug,
          name: "Hundred %_",
          createdAt: expect.any(Date),
          state: "active",
          counts: { team: 4, members: 1, products: 1 },
        },
      ]);
    }
    expect((await listAllTenants(ctx, { search: "H%d" })).tenants).toEqual([]);
  });

  it("are read page by page, each once, the newest first, whatever became of them", async () => {
    const states = [
      { name: "deleted", data: { archivedAt: new Date(), deletionRequestedAt: new Date(), deletedAt: new Date() } },
      { name: "deletion requested", data: { archivedAt: new Date(), deletionRequestedAt: new Date() } },
      { name: "archived", data: { archivedAt: new Date() } },
      { name: "active", data: {} },
    ];
    for (const { data } of [...states].reverse()) {
      const t = await freshTenant();
      await db().tenant.update({ where: { id: t.tenant.id }, data });
    }
    const first = await listAllTenants(ctx, { limit: 3 });
    const second = await listAllTenants(ctx, { limit: 1, after: first.next ?? undefined });
    expect([...first.tenants, ...second.tenants].map(({ state }) => state)).toEqual(states.map(({ name }) => name));
  });

  it("are shown one by one with those to write to; what is no tenant is not found", async () => {
    const t = await freshTenant({ graceDays: 3 });
    expect(await viewTenant(ctx, t.tenant.id)).toMatchObject({
      slug: t.tenant.slug,
      graceDays: 3,
      owners: [t.users.owner.email],
      onTeam: false,
      supportUntil: null,
    });
    for (const id of [newId(), "x", ""]) await expect(viewTenant(ctx, id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the instance's log", () => {
  it("holds what belongs to no tenant, and no tenant's events", async () => {
    const [t, user] = [await freshTenant(), await newUser()];
    await expect(listAuditEvents(t.as(null))).rejects.toThrow();
    await makeInstanceAdmin(ctx, { userId: user.id });
    expect((await listInstanceEvents(ctx, { search: user.email })).events).toMatchObject([
      { action: "instance.adminMade", subjectLabel: user.email },
    ]);
    expect((await listInstanceEvents(ctx, { search: "audit.view" })).events).toEqual([]);
    expect((await listAuditEvents(t.ctx)).events.map(({ action }) => action)).toEqual(["audit.view"]);
  });

  it("is read back in time, page by page", async () => {
    for (const _ of [1, 2, 3]) await makeInstanceAdmin(ctx, { userId: (await newUser()).id });
    const first = await listInstanceEvents(ctx, { limit: 2 });
    const second = await listInstanceEvents(ctx, { limit: 1, before: first.next ?? undefined });
    const [a = 0, b, c] = [...first.events, ...second.events].map(({ seq }) => seq);
    expect([b, c]).toEqual([a - 1, a - 2]);
  });
});

describe("the instance's health", () => {
  it("says of database, migrations, store, mail and server how they are", async () => {
    const before = (await instanceHealth(ctx)).counts.sessions;
    await sessionOf(ctx.actor.id);
    await sessionOf(ctx.actor.id, { expiresAt: new Date(0) });
    await sessionOf(ctx.actor.id, { awaitsSecondFactor: true });
    const { version, checks, counts } = await instanceHealth(ctx);
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(counts.sessions).toBe(before + 1);
    expect(checks.map(({ name, state, says }) => [name, state, says])).toEqual([
      ["Database", "ok", expect.stringMatching(/^PostgreSQL 1\d.* answers; the database takes \d+ MB\.$/)],
      ["Migrations", "ok", expect.stringMatching(/^All \d+ are applied\.$/)],
      ["Store", expect.any(String), expect.any(String)],
      ["Mail", "warn", expect.stringMatching(/no SMTP_URL/)],
      ["Server", "ok", expect.stringMatching(/worker.* of memory\.$/)],
    ]);
  });

  it("names a migration that is missing, and one that did not finish", async () => {
    const migrations = async () => (await instanceHealth(ctx)).checks.find(({ name }) => name === "Migrations");
    const [row] = await db().$queryRaw<{ name: string }[]>`
      SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1 LIMIT 1`;
    const name = row?.name ?? "";
    await db().$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = ${name}`;
    expect(await migrations()).toMatchObject({ state: "warn", says: `${name} began and did not finish.` });
    await db().$executeRaw`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = ${name}`;
    expect(await migrations()).toMatchObject({ state: "warn", says: expect.stringContaining(`${name} not applied`) });
    await db().$executeRaw`
      UPDATE _prisma_migrations SET finished_at = now(), rolled_back_at = NULL WHERE migration_name = ${name}`;
    expect(await migrations()).toMatchObject({ state: "ok" });
  });
});

describe("the outbox", () => {
  it("gives the letters with their links, the newest first", async () => {
    await rm(outboxDir(), { recursive: true, force: true });
    expect(await listOutboxLetters(ctx)).toEqual([]);
    const link = { label: "Open it", url: "https://purser.example.com/x?token=1" };
    for (const subject of ["One", "Two"]) {
      await sendMail({ to: "a@example.com", subject, paragraphs: ["Hello."], link });
      // Letters are in the order of their milliseconds.
      await setTimeout(2);
    }
    const letters = await listOutboxLetters(ctx);
    expect(letters.map(({ subject }) => subject)).toEqual(["Two", "One"]);
    expect(letters[0]?.text).toContain(link.url);
  });
});
