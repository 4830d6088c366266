import { describe, expect, it } from "vitest";
import { ROLES, type Role, roleAllows } from "#lib/access/index.ts";
import { ROWS } from "./rows.ts";

/** Operations, by what their pages, actions and calls are named. */
const ABOUT = /provider|\brun(s|-)|upstream|mirrors|backup|\bgroups\b|compliance|snapshots|polic/;
const DOES = /^(action|api (POST|PUT|PATCH|DELETE)) /;
/** What a policy would change is everybody's to look at, and changes nothing. */
const LOOKS = /polic.*preview/;

const deeds = ROWS.filter(
  ({ surface, audience }) => audience === "team" && ABOUT.test(surface) && DOES.test(surface) && !LOOKS.test(surface),
);
const allowed = (role: Role) =>
  new Set(deeds.flatMap(({ capability }) => (capability && roleAllows(role, capability) ? [capability] : [])));

describe("of all that is done with providers, runs, upstreams, backups, groups, snapshots and policies", () => {
  it("each deed takes a capability", () => {
    expect(deeds.length).toBeGreaterThan(40);
    expect(deeds.filter(({ capability }) => !capability).map(({ surface }) => surface)).toEqual([]);
  });

  it("operators run checks, syncs, snapshots and backups, and nothing else", () => {
    expect([...allowed("operator")].sort()).toEqual([
      "backup.create",
      "group.sync",
      "provider.checkHealth",
      "provider.snapshotCompliance",
      "provider.syncInventory",
    ]);
  });

  it("viewers do nothing, and each deed is somebody's", () => {
    expect([...allowed("readonly")]).toEqual([]);
    const nobodys = deeds.filter(({ capability }) => !ROLES.some((role) => roleAllows(role, capability as never)));
    expect(nobodys).toEqual([]);
  });
});
