import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { revokeSession } from "#lib/identity/index.ts";
import { removeFromTeam } from "#lib/tenancy/index.ts";
import { accountCtx, newUser } from "#lib/testing/index.ts";
import { aRun } from "./matrix/held-runs.ts";
import { type Somebody, somebody, startServer, withWorld } from "./matrix/world.ts";

const here = withWorld();

/** A run that goes on as long as nobody ends it: it is no worker's. */
async function under(): Promise<string> {
  const id = await aRun(here().world.a);
  const busy = { state: "running", leaseUntil: new Date(Date.now() + 86_400_000), subjectId: id } as const;
  await db().operationRun.update({ where: { id }, data: busy });
  return id;
}

const write = (runId: string, n: number) =>
  db().operationRunLine.create({
    data: { tenantId: here().world.a.fixture.tenant.id, runId, n, level: "info", text: `line ${n}` },
  });

/** What somebody's browser hears of a run: each message as it comes, until there are no more. */
async function hearing(who: Somebody, runId: string, url = here().server.url) {
  const address = `${url}/t/${here().world.a.fixture.tenant.slug}/runs/${runId}/events`;
  const answer = await fetch(address, { headers: { cookie: who.cookie } });
  const heard: string[] = [];
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const ended = (async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) heard.push(part.value);
    return "to its end";
  })().catch(() => "broken off");
  return { status: answer.status, heard, ended, text: () => heard.join("") };
}

const onTeam = async () => {
  const user = await newUser();
  const { id: tenantId } = here().world.a.fixture.tenant;
  const { id } = await db().tenantMembership.create({ data: { tenantId, userId: user.id, role: "readonly" } });
  return { ...(await somebody(user)), membershipId: id };
};

describe("the events of a run", () => {
  it("end at once for who leaves the team or signs out, who hears nothing that comes after", async () => {
    const { ctx } = here().world.a.fixture;
    for (const leave of [
      (who: Awaited<ReturnType<typeof onTeam>>) => removeFromTeam(ctx, { membershipId: who.membershipId }),
      (who: Somebody) => revokeSession(accountCtx(who), who.session),
    ]) {
      const [id, who] = [await under(), await onTeam()];
      await write(id, 1);
      const stream = await hearing(who, id);
      await expect.poll(stream.text).toContain("line 1");
      await leave(who);
      await write(id, 2);
      await stream.ended;
      expect(stream.text()).not.toContain("line 2");
      const again = await hearing(who, id);
      expect(again.text()).not.toContain("line");
    }
  });

  it("end for who is asked for a second factor meanwhile and has none", async () => {
    const [id, who] = [await under(), await onTeam()];
    await write(id, 1);
    const stream = await hearing(who, id);
    await expect.poll(stream.text).toContain("line 1");
    const demand = (secondFactorRequired: boolean) =>
      db().tenant.update({ where: { id: here().world.a.fixture.tenant.id }, data: { secondFactorRequired } });
    try {
      await demand(true);
      await write(id, 2);
      await stream.ended;
    } finally {
      await demand(false);
    }
    expect(stream.text()).not.toContain("line 2");
  });

  it("are heard by two browsers alike, and the one that goes takes nothing from the other", async () => {
    const id = await under();
    const { owner, readonly, support } = here().world.people;
    const [one, other, third] = [await hearing(owner, id), await hearing(readonly, id), await hearing(support, id)];
    await write(id, 1);
    for (const stream of [one, other, third]) await expect.poll(stream.text, { timeout: 5000 }).toContain("line 1");
    await revokeSession(accountCtx(readonly), readonly.session);
    await other.ended;
    await write(id, 2);
    for (const stream of [one, third]) await expect.poll(stream.text, { timeout: 5000 }).toContain("line 2");
    await db().operationRun.update({ where: { id }, data: { state: "done", finishedAt: new Date() } });
    await Promise.all([one.ended, third.ended]);
    expect(one.text()).toContain('"state":"done"');
  });

  it("keep no server from stopping", { timeout: 120_000 }, async () => {
    const id = await under();
    const server = await startServer();
    const stream = await hearing(here().world.people.owner, id, server.url);
    await expect.poll(() => stream.heard.length, { timeout: 10_000 }).toBeGreaterThan(1);
    // A worker that waits for it, or for its connection, to the end of its patience ends in the middle, with 1.
    expect(await server.stop()).toBe(0);
    expect(await stream.ended).toBe("to its end");
    expect(stream.text()).not.toContain('"state":"done"');
  });
});
