import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { giveToGroup, previewGroupChange } from "#lib/entitlements/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { unsuspendMember } from "#lib/tenancy/index.ts";
import { freshTenant, newUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import {
  changeDirectoryUser,
  checkDirectory,
  createDirectoryGroup,
  createDirectorySecret,
  createDirectoryUser,
  inventoryDirectory,
  noteDirectoryRequest,
  previewSync,
  syncDirectory,
  syncDirectoryRun,
} from "./index.ts";

const told = (email: string) => {
  return { userName: email, externalId: null, displayName: null, email, active: true, attributes: {} };
};

/** A directory with a group that gives the product, and somebody in it whose account came later. */
async function waiting() {
  const t = await freshTenant({ product: { requiresEntitlement: true } });
  const account = await newUser();
  const user = await createDirectoryUser(t.ctx, told(account.email));
  const group = await createDirectoryGroup(t.ctx, { displayName: "Staff", add: [user.id] });
  await giveToGroup(t.ctx, { groupId: group.id, productId: t.product.id });
  await db().user.update({ where: { id: account.id }, data: { emailVerifiedAt: new Date() } });
  return { t, account, user, group };
}

describe("a sync", () => {
  it("is shown before it is done, and does what was shown", async () => {
    const { t, account, group } = await waiting();
    const before = await t.rows();
    const preview = await previewSync(t.as("operator"));
    expect(preview.gains).toEqual({ count: 1, first: [{ email: account.email, product: t.product.name }] });
    expect([preview.loses.count, await t.rows()]).toEqual([0, before]);
    const { run, made } = await syncDirectory(t.as("operator"));
    expect(made).toBe(true);
    expect((await syncDirectory(t.ctx)).run.id).toBe(run.id);
    await performRuns({ signal: new AbortController().signal, runs: [syncDirectoryRun] });
    expect(await db().operationRun.findUnique({ where: { id: run.id } })).toMatchObject({
      state: "done",
      summary: "1 person looked at, 0 invitations sent.",
    });
    const standing = { tenantId: t.tenant.id, sourceRef: group.id, revokedAt: null };
    expect(await db().entitlement.count({ where: standing })).toBe(1);
    expect((await previewSync(t.ctx)).gains.count).toBe(0);
  });

  it("takes in hundreds who came since by a few statements and rows of the log, each account once", async () => {
    const { t, account, group } = await waiting();
    const tenantId = t.tenant.id;
    const users = Array.from({ length: 300 }, () => ({ id: newId(), email: `${newId()}@example.com` }));
    await db().user.createMany({ data: users.map((user) => ({ ...user, emailVerifiedAt: new Date() })) });
    const named = (email: string, userName = email) => {
      return { id: newId(), tenantId, userName, userNameKey: userName, email };
    };
    const people = [...users.map(({ email }) => named(email)), named(account.email, "the same account again")];
    await db().directoryUser.createMany({ data: people });
    const ties = people.map(({ id }) => ({ tenantId, groupId: group.id, directoryUserId: id }));
    await db().directoryGroupMember.createMany({ data: ties });
    const rows = await t.auditCount();
    const later = { ...t.as("operator"), now: new Date(Date.now() + 1000) };
    expect((await previewSync(later)).gains.count).toBe(301);
    await syncDirectory(t.ctx);
    await performRuns({ signal: new AbortController().signal, runs: [syncDirectoryRun] });
    const standing = { tenantId, sourceRef: group.id, revokedAt: null };
    expect(await db().entitlement.count({ where: standing })).toBe(301);
    expect(await db().subscription.count({ where: { tenantId, kind: "complimentary" } })).toBe(301);
    expect(await db().directoryUser.count({ where: { tenantId, memberId: null } })).toBe(1);
    // The run's start and end, the members, the group.
    expect((await t.auditCount()) - rows).toBe(4);
  });

  it("is refused to who may not, and leaves nothing but the audit row", async () => {
    const { t } = await waiting();
    const before = await t.rows();
    await expect(syncDirectory(t.as("readonly"))).rejects.toMatchObject({ code: "forbidden", reason: "group.sync" });
    await expect(previewSync(t.as("readonly"))).rejects.toMatchObject({ code: "forbidden" });
    expect(await t.rows()).toEqual(before);
  });

  it("shuts out again whom somebody let in by hand, since the directory has them as inactive", async () => {
    const { t, user } = await waiting();
    await changeDirectoryUser(t.ctx, user.id, () => told(user.userName));
    await previewSync(t.ctx);
    await syncDirectory(t.ctx);
    await performRuns({ signal: new AbortController().signal, runs: [syncDirectoryRun] });
    await changeDirectoryUser(t.ctx, user.id, () => ({ ...told(user.userName), active: false }));
    const { memberId } = await db().directoryUser.findUniqueOrThrow({ where: { id: user.id } });
    await unsuspendMember(t.ctx, { memberId: memberId ?? "" });
    expect(await inventoryDirectory({ tenant: t.tenant, now: new Date() })).toMatchObject([
      { kind: "user", key: user.userName, change: "different" },
    ]);
    await syncDirectory(t.ctx);
    await performRuns({ signal: new AbortController().signal, runs: [syncDirectoryRun] });
    const member = await db().member.findUniqueOrThrow({ where: { id: memberId ?? "" } });
    expect(member.suspendedAt).not.toBeNull();
  });
});

describe("what a change of a group would move", () => {
  it("names who gains and who loses, and leaves all as it is", async () => {
    const { t, account, group } = await waiting();
    await syncDirectory(t.ctx);
    await performRuns({ signal: new AbortController().signal, runs: [syncDirectoryRun] });
    const before = await t.rows();
    const groupId = group.id;
    const one = { count: 1, first: [{ email: account.email, product: t.product.name }] };
    expect(await previewGroupChange(t.ctx, { change: "delete", groupId })).toMatchObject({ loses: one });
    const take = { change: "take", groupId, productId: t.product.id } as const;
    expect(await previewGroupChange(t.ctx, take)).toMatchObject({ loses: one, gains: { count: 0 } });
    expect((await previewGroupChange(t.ctx, { change: "role", groupId, role: "readonly" })).team).toEqual([
      `${account.email} is invited to the team (readonly)`,
    ]);
    expect(await t.rows()).toEqual(before);
    const asked = previewGroupChange(t.as("operator"), { change: "delete", groupId });
    await expect(asked).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a directory's check", () => {
  it("finds what stands in the way: no request, a refusal, nobody who is let in", async () => {
    const t = await freshTenant();
    const of = { tenant: t.tenant, now: new Date() };
    const states = async () => (await checkDirectory(of)).map(({ check, state }) => `${check} ${state}`);
    expect(await states()).toEqual([]);
    await createDirectorySecret(t.ctx);
    expect(await states()).toEqual(["Secret ok", "Requests warning", "Refusals ok"]);
    const request = { method: "POST", path: "/Users" };
    await noteDirectoryRequest(t.ctx, { ...request, status: 409, error: "There is one already." });
    expect(await states()).toEqual(["Secret ok", "Requests ok", "Refusals failed"]);
    await noteDirectoryRequest(t.ctx, { ...request, status: 201, error: null });
    expect(await states()).toEqual(["Secret ok", "Requests ok", "Refusals warning"]);
    const later = { ...of, now: new Date(Date.now() + 400 * 86_400_000) };
    expect((await checkDirectory(later))[0]).toMatchObject({ check: "Secret", state: "warning" });
  });
});
