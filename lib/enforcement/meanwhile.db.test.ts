import { describe, expect, it } from "vitest";
import { applyDueRetention, setRetention } from "#lib/catalog/index.ts";
import { db, pool } from "#lib/db/index.ts";
import { type Documents, saveDraft, startDraft } from "#lib/policies/index.ts";
import { behind, type Fixture, freshTenant, pushImage } from "#lib/testing/index.ts";
import { activated, archived, drafted, NOTHING } from "./enforcement.contract.ts";
import { activateDraft, previewPolicy } from "./index.ts";

type Behind = Parameters<typeof behind>[0];

/** The next version of a policy, and how it takes the place of the first one in a transaction that goes on. */
async function second(t: Fixture, policyId: string, document: object): Promise<Behind["hold"]> {
  const key = await startDraft(t.ctx, { policyId, number: 1 });
  await saveDraft(t.ctx, { ...key, document });
  const set = "UPDATE policy_versions SET state = $1::policy_state WHERE policy_id = $2 AND number = $3";
  return async (holder) => {
    await holder.query(set, ["archived", policyId, 1]);
    await holder.query(set, ["active", policyId, 2]);
  };
}

const tagsOf = async (t: Fixture) =>
  (await db().tag.findMany({ where: { tenantId: t.tenant.id }, orderBy: { name: "asc" } })).map(({ name }) => name);

describe("while a new version of a policy comes into force", () => {
  it("a tag that both versions fix is not moved by a push that waited for it", async () => {
    const t = await freshTenant();
    await pushImage(t.ctx, t.repository, ["v1"]);
    const { policyId } = await activated(t, { immutability: { products: [], patterns: ["v*"] } });
    const hold = await second(t, policyId, { products: [], patterns: ["v*", "w*"] });
    const outcome = await behind({ hold, deed: () => pushImage(t.ctx, t.repository, ["v1"]) });
    expect(outcome).toMatchObject({ status: "rejected", reason: { reason: "immutable_tag" } });
  });

  it("the night takes nothing by the product's own rules, which rule nothing", async () => {
    const t = await freshTenant();
    for (const name of ["v1", "v2", "v3"]) await pushImage(t.ctx, t.repository, [name]);
    await setRetention(t.ctx, { productId: t.product.id, enabled: true, ...NOTHING, keepLast: 1 });
    const { policyId } = await activated(t, { retention: { products: [], ...NOTHING, keepLast: 5 } });
    const hold = await second(t, policyId, { products: [], ...NOTHING, keepLast: 2 });
    expect(await behind({ hold, deed: () => applyDueRetention() })).toMatchObject({ status: "fulfilled" });
    expect(await tagsOf(t)).toEqual(["v2", "v3"]);
  });
});

it("the night takes nothing from where it comes once the policy that it began with is archived", async () => {
  const t = await freshTenant();
  for (const name of ["v1", "v2"]) await pushImage(t.ctx, t.repository, [name]);
  const { policyId } = await activated(t, { retention: { products: [], ...NOTHING, keepLast: 1 } });
  const outcome = await behind({
    hold: (holder) => holder.query("SELECT FROM repositories WHERE name = $1 FOR UPDATE", [t.repository.name]),
    deed: () => applyDueRetention(),
    meanwhile: () => archived(t, policyId),
  });
  expect(outcome.status).toBe("fulfilled");
  expect(await tagsOf(t)).toEqual(["v1", "v2"]);
});

const ACCESS: Documents["access"] = {
  ...{ graceDays: 7, endlessTokens: false, tokenDaysMax: null, secondFactor: false },
  ...{ signers: [], signedFiles: false },
};

it("a preview of access waits for its turn with nothing in its hands, so that nobody waits for it in turn", async () => {
  const t = await freshTenant();
  const { policyId } = await activated(t, { access: ACCESS });
  await startDraft(t.ctx, { policyId, number: 1 });
  const outcome = await behind({
    // As whoever puts a version in force: the workspace, the policy, its versions.
    hold: (holder) => holder.query("SELECT FROM tenants WHERE id = $1 FOR NO KEY UPDATE", [t.tenant.id]),
    deed: () => previewPolicy(t.ctx, { policyId, number: 2 }),
    meanwhile: async (holder) => {
      await holder.query("SELECT FROM policies WHERE id = $1 FOR UPDATE", [policyId]);
      await holder.query("SELECT FROM policy_versions WHERE policy_id = $1 FOR UPDATE", [policyId]);
    },
  });
  expect(outcome.status).toBe("fulfilled");
});

it("as many policies are put in force at once as the process has connections", async () => {
  const many = await Promise.all(
    Array.from({ length: pool().options.max }, async () => {
      const t = await freshTenant();
      const key = await drafted(t, { retention: { products: [], ...NOTHING, keepLast: 5 } });
      return { t, key, looked: await previewPolicy(t.ctx, key) };
    }),
  );
  const done = many.map(({ t, key, looked: { fingerprint } }) => activateDraft(t.ctx, { ...key, fingerprint }));
  expect(await Promise.all(done)).toHaveLength(many.length);
});
