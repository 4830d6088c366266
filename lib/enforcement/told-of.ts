import { decide } from "#lib/access/index.ts";
import type { PolicyVersion } from "#lib/db/index.ts";
import { documentIn } from "#lib/policies/index.ts";
import { unsignedBy } from "#lib/releases/index.ts";
import type { Ctx } from "../context.ts";
import { type EffectSection, FIRST } from "./effect.ts";

/**
 * What a preview tells besides, and nothing hangs on: which published releases have no signature of the keys that a version
 * names, for who may see releases. Files are read for it, so it is outside any transaction and not asked again when the
 * version is put in force.
 */
export async function toldOf(ctx: Ctx, version: PolicyVersion | null): Promise<EffectSection[]> {
  if (version?.kind !== "access" || !decide(ctx.actor, "release.view").allowed) return [];
  const { unsigned, checked, isCut } = await unsignedBy(ctx, documentIn<"access">(version));
  if (unsigned.length === 0) return [];
  const lines = unsigned.map(
    ({ release, what }) => `${release.product.slug} ${release.version}: ${what.map(({ name }) => name).join(", ")}`,
  );
  const looked = isCut ? ` (of the newest ${checked}, as far as they were read)` : "";
  const title = `Published releases without a signature of these keys${looked}; they stay published`;
  return [{ title, tone: "tells", count: lines.length, first: lines.slice(0, FIRST) }];
}
