import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import { signingKeys } from "#lib/signatures/index.ts";
import type { Ctx } from "../../context.ts";
import { checkFiles, filesOf } from "./files.ts";
import { signedFile, signedImages } from "./report.ts";
import type { SignatureRule } from "./rule.ts";

/** A published release with something that no key of a rule signed. */
export interface UnsignedRelease {
  release: { id: string; version: string; product: { slug: string; name: string } };
  /** Its images and files that are not, each with what it has in a signature's place. */
  what: { name: string; problem: string }[];
}

export interface UnsignedReleases {
  unsigned: UnsignedRelease[];
  /** How many published releases were looked at, the newest. */
  checked: number;
  /** Whether there are more releases than that, or files that are too much to be read for a preview. */
  isCut: boolean;
}

const RELEASES_MAX = 500;
/** So many at once, which bounds what is in memory. */
const AT_ONCE = 25;
const BYTES_MAX = 1024 * 1024 * 1024;

/**
 * Which published releases a rule would not have let out: what a policy's preview says. They stay published under it.
 * @throws forbidden without `release.view`
 */
export async function unsignedBy(ctx: Ctx, { signers, signedFiles }: SignatureRule): Promise<UnsignedReleases> {
  await demand(ctx, "release.view");
  if (signers.length === 0) return { unsigned: [], checked: 0, isCut: false };
  const tenantId = ctx.tenant.id;
  const found = await query((db) =>
    db.release.findMany({
      where: { tenantId, status: "published" },
      select: { id: true, version: true, product: { select: { slug: true, name: true } } },
      orderBy: [{ publishedAt: "desc" }, { id: "desc" }],
      take: RELEASES_MAX + 1,
    }),
  );
  const releases = found.slice(0, RELEASES_MAX);
  const keys = signingKeys(signers);
  const unsigned: UnsignedRelease[] = [];
  let [left, isCut] = [BYTES_MAX, found.length > RELEASES_MAX];
  for (let at = 0; at < releases.length; at += AT_ONCE) {
    const some = releases.slice(at, at + AT_ONCE);
    const of = { tenantId, releaseIds: some.map(({ id }) => id) };
    const { images, files } = await query(async (db) => ({
      images: await signedImages(db, of, { signers }),
      files: signedFiles ? await filesOf(db, of) : [],
    }));
    const checked = (await checkFiles(files, keys, left)).map((one) => ({ ...signedFile(one), size: one.bytes }));
    left -= checked.reduce((sum, { size }) => sum + size, 0);
    isCut ||= checked.some(({ isUnread }) => isUnread);
    const byRelease = Map.groupBy([...images, ...checked], ({ releaseId }) => releaseId);
    for (const release of some) {
      const what = (byRelease.get(release.id) ?? []).flatMap(({ name, problem }) =>
        problem ? [{ name, problem }] : [],
      );
      if (what.length > 0) unsigned.push({ release, what });
    }
  }
  return { unsigned, checked: releases.length, isCut };
}
