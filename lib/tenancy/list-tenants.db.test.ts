import { describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { freshTenant, newUser } from "#lib/testing/index.ts";
import { newId } from "../ids.ts";
import { archiveTenant, listTenantsOf } from "./index.ts";

const newSlug = () => `v${newId().slice(-12)}`;
const code = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => error.code,
  );

describe("the workspaces to choose from", () => {
  const join = async (userId: string, names: readonly string[]) => {
    for (const name of names) {
      const slug = newSlug();
      const memberships = { create: { userId, role: "readonly" } } as const;
      await db().tenant.create({ data: { slug, name, memberships } });
    }
  };

  it("are read page by page, by name, each once", async () => {
    const { id } = await newUser();
    await join(id, ["beta", "Alpha", "same", "same", "Same", "Zeta"]);
    const seen: string[] = [];
    const slugs = new Set<string>();
    for (let after: string | undefined; ; ) {
      const page = await listTenantsOf(id, { limit: 2, after });
      for (const { name, slug } of page.tenants) {
        seen.push(name.toLowerCase());
        slugs.add(slug);
      }
      if (!page.next) break;
      after = page.next;
    }
    expect(seen).toEqual(["alpha", "beta", "same", "same", "same", "zeta"]);
    expect(slugs.size).toBe(6);
  });

  it("go on where a page ended, though its last one is left meanwhile", async () => {
    const { id } = await newUser();
    await join(id, ["a", "b: c", "d"]);
    const { tenants, next } = await listTenantsOf(id, { limit: 2 });
    await db().tenantMembership.deleteMany({ where: { userId: id, tenant: { slug: tenants[1]?.slug } } });
    const rest = await listTenantsOf(id, { limit: 2, after: next ?? "" });
    expect(rest.tenants.map(({ name }) => name)).toEqual(["d"]);
  });

  it("are searched with the signs of a pattern taken literally, and tell nothing of others", async () => {
    const [{ id }, other] = [await newUser(), await freshTenant()];
    await join(id, ["a_c", "abc", "a%c", "a\\c"]);
    const found = async (search: string) => (await listTenantsOf(id, { search })).tenants.map(({ name }) => name);
    expect(await found("A_C")).toEqual(["a_c"]);
    expect(await found("a%c")).toEqual(["a%c"]);
    expect(await found("\\")).toEqual(["a\\c"]);
    expect(await found(other.tenant.slug)).toEqual([]);
    for (const odd of [
      { search: ["a"] },
      { after: { not: "" } },
      { after: other.tenant.slug },
      { after: "a:\0" },
      { limit: 0 },
      { userId: "x" },
    ]) {
      expect(await code(listTenantsOf(id, odd as never))).toBe("invalid");
    }
  });

  it("hold archived ones for their team alone", async () => {
    const t = await freshTenant();
    await archiveTenant(t.ctx);
    expect((await listTenantsOf(t.users.readonly.id)).tenants).toMatchObject([{ role: "readonly", archived: true }]);
    expect((await listTenantsOf(t.member.userId)).tenants).toEqual([]);
  });
});
