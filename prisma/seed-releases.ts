import { Readable } from "node:stream";
import type { ProductRow } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/index.ts";
import { createRelease, publishRelease, putAsset, tieImage, yankRelease } from "#lib/releases/index.ts";

interface DemoRelease {
  version: string;
  notes: string;
  /** The tag of the image that belongs to it. */
  image?: string;
  /** Left as a draft. */
  draft?: boolean;
  yanked?: string;
}

const PLATFORMS = ["linux-amd64.tar.gz", "linux-arm64.tar.gz", "macos-universal.zip", "windows-amd64.zip"];

const RELEASES: DemoRelease[] = [
  {
    version: "0.9.0",
    notes: "The first one for everybody.",
    yanked: "It loses the last minute of metrics when it stops.",
  },
  {
    version: "1.0.0",
    image: "1.0",
    notes: "## Fixed\n\n- Nothing is lost any more when it stops.\n- `--config` takes more than one file.\n",
  },
  {
    version: "2.0.0",
    image: "2.0",
    notes:
      "## New\n\n- Runs on **ARM64**, as an image and as a file.\n- Half the memory.\n\n## Before you upgrade\n\n1. Save the configuration.\n2. Replace `interval` by `every`:\n\n```yaml\nevery: 30s\n```\n\n| Setting | Before | Now |\n|---|---|---|\n| `every` | 60s | 30s |\n",
  },
  { version: "2.1.0-rc.1", notes: "Try it out and tell us: it reads counters of the network, too." },
  { version: "2.1.0", notes: "Not ready yet.", draft: true },
];

/** The demo's releases of a product: files for four platforms, notes, an image; one yanked, one a candidate, one a draft. */
export async function seedReleases(ctx: Ctx, product: ProductRow): Promise<void> {
  const name = `${ctx.tenant.slug}/${product.slug}`;
  const repository = await db().repository.findUniqueOrThrow({ where: { name }, select: { id: true } });
  for (const { version, notes, image, draft, yanked } of RELEASES) {
    const { id: releaseId } = await createRelease(ctx, { productId: product.id, version, notes });
    for (const platform of PLATFORMS) {
      const bytes = Buffer.from(`${product.name} ${version} for ${platform}\n`.repeat(200));
      const file = { releaseId, filename: `${product.slug}-${version}-${platform}` };
      await putAsset(ctx, file, { source: Readable.from([bytes]), length: bytes.length });
    }
    if (image) await tieImage(ctx, { releaseId, repositoryId: repository.id, reference: image });
    if (draft) continue;
    await publishRelease(ctx, { releaseId });
    if (yanked) await yankRelease(ctx, { releaseId, reason: yanked });
  }
}
