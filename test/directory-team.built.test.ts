import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { setGroupRole } from "#lib/entitlements/index.ts";
import { patchOf, robotToken, SCIM_USER } from "#lib/testing/index.ts";
import { around, asks, kept } from "./around.ts";
import { ctx, here, inactive, logOf, type Person, person, scim, scimGroup, sent, t } from "./directory.contract.ts";

const { page, api, pull, bearerFor } = asks(here);

/** Somebody on the team by a group of the directory alone. */
async function manager(): Promise<Person & { groupId: string }> {
  const one = await person({ inDirectory: true });
  const groupId = await scimGroup([one]);
  await setGroupRole(ctx(), { groupId, role: "manager" });
  const invitation = { tenantId: t().tenant.id, email: one.email };
  await db().invitation.updateMany({ where: invitation, data: { acceptedAt: new Date() } });
  await sent(scim().send("PATCH", `/Groups/${groupId}`, patchOf({ op: "Remove", path: "members" })));
  const members = [{ value: one.scimId }];
  await sent(scim().send("PATCH", `/Groups/${groupId}`, patchOf({ op: "Add", path: "members", value: members })));
  return { ...one, groupId };
}

describe("a manager who leaves the directory", () => {
  for (const [name, end] of [
    ["deactivated", (one: Person) => scim().send("PATCH", `/Users/${one.scimId}`, inactive)],
    ["deleted", (one: Person) => scim().send("DELETE", `/Users/${one.scimId}`)],
    [
      "taken out of the group",
      (_: Person, groupId: string) =>
        scim().send("PATCH", `/Groups/${groupId}`, patchOf({ op: "Remove", path: "members" })),
    ],
    ["whose group is deleted", (_: Person, groupId: string) => scim().send("DELETE", `/Groups/${groupId}`)],
  ] as const) {
    it(`loses the dashboard in an open session and their tokens, and their robots go on: ${name}`, async () => {
      const one = await manager();
      const actor = { type: "user", id: one.id, email: one.email, role: "manager" } as const;
      const robot = await robotToken({ ...ctx(), actor }, ["registry.pull"]);
      const bearer = await bearerFor(one.token);
      const team = () => db().tenantMembership.count({ where: { tenantId: t().tenant.id, userId: one.id } });
      expect([await pull(bearer)(), await team()]).toEqual([200, 1]);
      const removed = await logOf("team.removed");
      const seen = await around([page(one)], () => sent(end(one, one.groupId)));
      expect(seen).toEqual({ before: new Set([200]), after: new Set([404]) });
      // The API and the registry keep facts for a moment; the page's readers took longer than that.
      expect([await api(one.token)(), await pull(bearer)(), await team()]).toEqual([404, 403, 0]);
      expect(await logOf("team.removed")).toBe(removed + 1);
      expect(await pull(await bearerFor(robot.secret))()).toBe(200);
    });
  }

  it("whose API and registry tokens are refused on every worker within a second", async () => {
    const [one, other] = [await manager(), await manager()];
    const gone = (who: Person) => () => sent(scim().send("PATCH", `/Users/${who.scimId}`, inactive));
    const byApi = await around([api(one.token)], gone(one), kept);
    expect(byApi).toEqual({ before: new Set([200]), after: new Set([404]) });
    const byPull = await around([pull(await bearerFor(other.token))], gone(other), kept);
    expect(byPull).toEqual({ before: new Set([200]), after: new Set([403]) });
  });

  it("is none of the owners, whom no directory takes off the team", async () => {
    const { owner } = here().world.people;
    await db().user.update({ where: { id: owner.id }, data: { emailVerifiedAt: new Date() } });
    const made = await scim().send("POST", "/Users", { schemas: [SCIM_USER], userName: owner.email });
    const bearer = await bearerFor(owner.token);
    for (const end of [
      () => scim().send("PATCH", `/Users/${made.body.id}`, inactive),
      () => scim().send("DELETE", `/Users/${made.body.id}`),
    ]) {
      const seen = await around([page(owner), api(owner.token), pull(bearer)], () => sent(end()));
      expect(seen).toEqual({ before: new Set([200]), after: new Set([200]) });
    }
  });
});
