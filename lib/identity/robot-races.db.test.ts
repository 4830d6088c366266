import { expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { archiveTenant, removeFromTeam } from "#lib/tenancy/index.ts";
import { freshTenant, robotToken } from "#lib/testing/index.ts";
import { createRobotToken, rotateRobotToken } from "./index.ts";

it("a robot's secret is given to nobody who lost the right meanwhile, and to nobody of an archived workspace", async () => {
  const t = await freshTenant();
  const { id: tokenId } = await robotToken(t.ctx, ["registry.pull"]);
  const key = { tenantId: t.tenant.id, userId: t.users.manager.id };
  const { id: membershipId } = await db().tenantMembership.findFirstOrThrow({ where: key });
  const [removed, owner] = [t.as("manager"), t.as("owner")];
  await removeFromTeam(t.ctx, { membershipId });
  await archiveTenant(t.ctx);
  const before = await t.rows();
  for (const ctx of [removed, owner]) {
    const deeds = [
      () => createRobotToken(ctx, { name: "late", scopes: ["registry.pull"] }),
      () => rotateRobotToken(ctx, { tokenId }),
    ];
    for (const deed of deeds) await expect(deed()).rejects.toMatchObject({ code: "forbidden" });
  }
  expect(await t.rows()).toEqual(before);
});
