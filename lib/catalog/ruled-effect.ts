import type { Tx } from "#lib/db/index.ts";
import { type Asked, previewOf } from "./preview-retention.ts";
import type { ProductRow } from "./products.ts";
import { immutableBy } from "./tag-pattern.ts";
import { rulesOf } from "./tag-rules.ts";

/** What the rules that hold for a product come to. Images are `<repository>:<tag>`. */
export interface RuledEffect {
  /** What the next night takes: tags with what becomes of them, manifests, and bytes that become free. */
  tags: string[];
  manifests: number;
  bytes: number;
  /** Tags that never move. */
  fixed: string[];
}

/** What the rules that hold for a product would take tonight, and which tags they keep from moving. Nothing changes. */
export async function ruledEffect(tx: Tx, product: ProductRow, now: Date): Promise<RuledEffect> {
  const { retention, immutablePatterns } = await rulesOf(tx, product);
  const { enabled, ...rule } = retention;
  return {
    ...(enabled ? await takenBy(tx, product, { rule, now }) : { tags: [], manifests: 0, bytes: 0 }),
    fixed: immutablePatterns.length > 0 ? await fixedTags(tx, product, immutablePatterns) : [],
  };
}

async function takenBy(tx: Tx, product: ProductRow, asked: Asked): Promise<Omit<RuledEffect, "fixed">> {
  const { repositories, total } = await previewOf(tx, product, asked);
  const tags = repositories.flatMap(({ name, tags }) =>
    tags.filter(({ goes }) => goes).map((tag) => `${name}:${tag.name}`),
  );
  return { tags, manifests: total.manifests, bytes: total.bytes };
}

async function fixedTags(tx: Tx, { id, tenantId }: ProductRow, patterns: readonly string[]): Promise<string[]> {
  const tags = await tx.tag.findMany({
    where: { tenantId, repository: { productId: id } },
    select: { name: true, repository: { select: { name: true } } },
    orderBy: [{ repository: { name: "asc" } }, { name: "asc" }],
  });
  return tags.filter(({ name }) => immutableBy(name, patterns)).map((tag) => `${tag.repository.name}:${tag.name}`);
}
