import { describe, expect, it } from "vitest";
import { db, pool } from "#lib/db/index.ts";
import type { RetentionRule } from "#lib/policies/index.ts";
import { digestOf } from "#lib/storage/index.ts";
import { behind, type Fixture, freshTenant, IMAGE, pushImage } from "#lib/testing/index.ts";
import { applyRetention, previewRetention, putManifest } from "./index.ts";

const RULE: RetentionRule = {
  keepLast: 1,
  keepDays: null,
  keepPatterns: [],
  keepPulledDays: null,
  untaggedDays: null,
};

async function apply(t: Fixture, rule: RetentionRule) {
  const ctx = { ...t.ctx, now: new Date() };
  const { asOf, fingerprint } = await previewRetention(ctx, { productId: t.product.id, rule });
  const input = { productId: t.product.id, rule, asOf: asOf.toISOString(), fingerprint, confirm: t.product.slug };
  return applyRetention(ctx, input);
}

describe("retention that meets a push", () => {
  it("takes nothing that the preview did not list, though the repository changed while its lock was waited for", async () => {
    const t = await freshTenant();
    for (const name of ["v1", "v2", "v3"]) await pushImage(t.ctx, t.repository, [name]);
    const of = [t.tenant.id];
    const outcome = await behind({
      hold: (holder) =>
        holder.query("SELECT 1 FROM repositories WHERE name = $1 FOR NO KEY UPDATE", [t.repository.name]),
      deed: () => apply(t, RULE),
      // As a push of v2 would: v3 is the newest no more.
      meanwhile: (holder) =>
        holder.query(
          "UPDATE tags SET updated_at = now() + interval '1 minute' WHERE tenant_id = $1 AND name = 'v2'",
          of,
        ),
    });
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
    expect(await db().tag.count({ where: { tenantId: t.tenant.id } })).toBe(3);
  });

  it("leaves what was pushed again by its digest, though it had no tag for long: an index may be on its way", async () => {
    const t = await freshTenant();
    const { bytes: image } = await pushImage(t.ctx, t.repository, ["v1"]);
    const bytes = Buffer.from(image.toString().replace(/\}$/, ',"annotations":{"arch":"arm64"}}'));
    const push = () =>
      putManifest(t.ctx, { repository: t.repository, reference: digestOf(bytes), contentType: IMAGE, bytes });
    const age = () =>
      pool().query("UPDATE manifests SET created_at = now() - interval '30 days' WHERE tenant_id = $1", [t.tenant.id]);
    const rule = { ...RULE, keepLast: null, untaggedDays: 7 };
    await push();
    await age();
    await push();
    expect(await apply(t, rule)).toEqual({ tags: 0, manifests: 0 });
    await age();
    expect(await apply(t, rule)).toEqual({ tags: 0, manifests: 1 });
  });
});
