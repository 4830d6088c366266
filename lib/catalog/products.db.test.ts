import { describe, expect, it, vi } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import { type Fixture, freshTenant, pushImage } from "#lib/testing/index.ts";
import { createProduct, flushPulls, listProducts, notePull } from "./index.ts";

describe("adding a product", () => {
  it("keeps what was said, open and listed unless said otherwise, and records it", async () => {
    const t = await freshTenant();
    const product = await createProduct(t.as("manager"), { slug: "tool", name: " Tool " });
    expect(product).toMatchObject({ slug: "tool", name: "Tool", requiresEntitlement: false, visibility: "listed" });
    expect(await t.lastAudit()).toMatchObject({ action: "product.created", subjectId: product.id });
  });

  it("never issues a slug again, not even an archived product's; another tenant's is free", async () => {
    const [t, other] = [await freshTenant(), await freshTenant()];
    await t.addProduct({ slug: "tool", archivedAt: new Date() });
    await expect(createProduct(t.ctx, { slug: "tool", name: "Tool" })).rejects.toMatchObject({ code: "conflict" });
    await expect(createProduct(other.ctx, { slug: "tool", name: "Tool" })).resolves.toMatchObject({ slug: "tool" });
  });

  it.each<[string, object]>([
    ["a slug with a capital letter", { slug: "Tool" }],
    ["a slug that is a path", { slug: "../x" }],
    ["a slug with two dashes", { slug: "a--b" }],
    ["a slug of 64", { slug: "a".repeat(64) }],
    ["no name", { name: "  " }],
    ["a description of 2001", { description: "x".repeat(2001) }],
    ["an unknown visibility", { visibility: "secret" }],
    ["a field of another table", { tenantId: "x" }],
    ["an operator for a name", { name: { not: "" } }],
  ])("refuses %s, and changes nothing", async (_, input) => {
    const t = await freshTenant();
    const before = await t.rows();
    const product = { slug: "tool", name: "Tool", ...input } as never;
    await expect(createProduct(t.ctx, product)).rejects.toMatchObject({ code: "invalid" });
    expect(await t.rows()).toEqual(before);
  });

  it("is refused to an operator, and leaves the audit row alone", async () => {
    const t = await freshTenant();
    const before = await t.rows();
    await expect(createProduct(t.as("operator"), { slug: "x", name: "X" })).rejects.toMatchObject({
      reason: "product.create",
    });
    expect(await t.rows()).toEqual(before);
    expect(await t.lastAudit()).toMatchObject({ action: "product.create", outcome: "denied" });
  });
});

describe("the list of products", () => {
  it("has the tenant's own that are not archived, by name, each with its newest tags", async () => {
    const [t, other] = [await freshTenant({ product: { name: "B" } }), await freshTenant()];
    await t.addProduct({ name: "A" });
    await t.addProduct({ name: "C", archivedAt: new Date() });
    await pushImage(t.ctx, t.repository, ["1", "2", "3", "4", "5", "6"]);
    const list = await listProducts(t.as("readonly"));
    expect(list.map(({ name }) => name)).toEqual(["A", "B"]);
    expect(list[1]?.repositories).toMatchObject([{ name: t.repository.name }]);
    expect(list[1]?.repositories[0]?.tags).toHaveLength(5);
    expect(JSON.stringify(await listProducts(other.ctx))).not.toContain(t.tenant.slug);
  });
});

describe("counting pulls", () => {
  const noted = async (t: Fixture, at: string) => {
    vi.setSystemTime(new Date(at));
    notePull({
      tenantId: t.tenant.id,
      productId: t.product.id,
      repositoryId: t.product.id,
      digest: "sha256:x",
      tag: "v1",
      actor: "anonymous",
      memberId: null,
    });
    await flushPulls();
  };
  const counted = async (t: Fixture) => {
    const { rows } = await pool().query<{ month: string }>(
      "SELECT tableoid::regclass::text AS month FROM pull_events WHERE tenant_id = $1 ORDER BY at",
      [t.tenant.id],
    );
    return rows.map(({ month }) => month);
  };

  it("puts each into the month it was made in, by UTC, from its first second to its last", async () => {
    const t = await freshTenant();
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      await noted(t, "2041-03-01T00:00:00Z");
      await noted(t, "2041-03-02T20:00:00Z");
      await noted(t, "2041-03-31T23:59:59Z");
    } finally {
      vi.useRealTimers();
    }
    expect(await counted(t)).toEqual(["pull_events_2041_03", "pull_events_2041_03", "pull_events_2041_03"]);
  });

  it("keeps each once, and loses none", async () => {
    const t = await freshTenant();
    const pull = {
      tenantId: t.tenant.id,
      productId: t.product.id,
      repositoryId: t.product.id,
      digest: "d",
      tag: null,
      actor: "x",
      memberId: null,
    };
    for (let n = 0; n < 50; n++) notePull(pull);
    await Promise.all([flushPulls(), flushPulls()]);
    await flushPulls();
    expect(await counted(t)).toHaveLength(50);
    expect(await db().auditEvent.count({ where: { tenantId: t.tenant.id } })).toBe(0);
  });
});
