import { flushPulls, notePull, type ProductRow } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/index.ts";
import { addDownload, flushDownloads } from "#lib/entitlements/index.ts";

const DAYS = 45;
const DAY_MS = 86_400_000;

interface By {
  /** As the events keep it. */
  actor: string;
  memberId: string | null;
}

/** Some weeks of pulls and downloads: two members, of whom one moves on to 2.0, and the robot that builds. */
export async function seedUse(ctx: Ctx, product: ProductRow, who: { members: readonly string[]; robotId: string }) {
  const [pull, download] = [await pullerOf(ctx, product), await downloaderOf(ctx, product)];
  const members = await Promise.all(who.members.map(byToken));
  const robot = { actor: `token:${who.robotId}`, memberId: null };
  for (let ago = DAYS; ago >= 0; ago--) {
    const at = (hour: number) => new Date(ctx.now.getTime() - ago * DAY_MS - hour * 3_600_000);
    const isWorkday = at(0).getUTCDay() % 6 !== 0;
    if (isWorkday) for (const hour of [2, 3, 5]) pull(robot, "latest", at(hour));
    members.forEach((member, n) => {
      if (isWorkday && ago % (n + 1) === 0) pull(member, versionOf(n, ago), at(4 + n));
      if ((ago + 3 * n) % 9 === 0) download(member, `${versionOf(n, ago)}.0`, at(6 + n));
    });
  }
  await Promise.all([flushPulls(), flushDownloads()]);
}

/** The first one moves on, the others stay. */
const versionOf = (member: number, ago: number) => (member === 0 && ago < DAYS / 2 ? "2.0" : "1.0");

async function byToken(memberId: string): Promise<By> {
  const { userId } = await db().member.findUniqueOrThrow({ where: { id: memberId }, select: { userId: true } });
  const token = await db().accessToken.findFirstOrThrow({ where: { userId }, select: { id: true } });
  return { actor: `token:${token.id}`, memberId };
}

async function pullerOf({ tenant }: Ctx, product: ProductRow) {
  const where = { name: `${tenant.slug}/${product.slug}` };
  const { id: repositoryId, tags } = await db().repository.findUniqueOrThrow({ where, include: { tags: true } });
  return (by: By, tag: string, at: Date) => {
    const digest = tags.find(({ name }) => name === tag)?.digest;
    if (!digest) throw new Error(`the demo has no tag ${tag}`);
    notePull({ ...by, tenantId: tenant.id, productId: product.id, repositoryId, digest, tag }, at);
  };
}

async function downloaderOf({ tenant }: Ctx, product: ProductRow) {
  const where = { tenantId: tenant.id, productId: product.id };
  const releases = await db().release.findMany({ where, include: { assets: true } });
  return ({ actor, memberId }: By, version: string, at: Date) => {
    const release = releases.find((one) => one.version === version);
    const asset = release?.assets.find(({ filename }) => filename.endsWith("linux-amd64.tar.gz"));
    if (!release || !asset) throw new Error(`the demo has no file of ${version}`);
    addDownload({ ...where, releaseId: release.id, assetId: asset.id, actor, memberId, byLink: false, at });
  };
}
