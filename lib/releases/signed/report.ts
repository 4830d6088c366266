import { keyOfImage, signersOfImages } from "#lib/catalog/index.ts";
import type { Tx } from "#lib/db/index.ts";
import type { Found } from "#lib/signatures/index.ts";
import type { CheckedFile, ReleaseKeys } from "./files.ts";
import type { SignatureRule } from "./rule.ts";

/** Something that is published with a release, and who signed it. */
export interface SignedThing {
  releaseId: string;
  /** `acme/pro:1.4.0` or `pro.zip` */
  name: string;
  /** What is signed: `acme/pro@sha256:…`; null for a file. */
  image: string | null;
  /** `<repository's id> <digest>` of an image, the id of a file. */
  key: string;
  by: string[];
  /** What it has in a signature's place; null where somebody signed it, and where that was not asked. */
  problem: string | null;
  /** It is a file too large to be read for this. */
  isUnread: boolean;
}

/** Who signed the images of releases. Those that are gone are left out: they hinder publishing anyway. */
export async function signedImages(
  db: Tx,
  { tenantId, releaseIds }: ReleaseKeys,
  { signers }: Pick<SignatureRule, "signers">,
): Promise<SignedThing[]> {
  const rows = await db.releaseImage.findMany({
    where: { tenantId, releaseId: { in: [...releaseIds] }, manifestDigest: { not: null } },
    select: { releaseId: true, repositoryId: true, digest: true, tag: true, repository: { select: { name: true } } },
    orderBy: [{ releaseId: "asc" }, { repository: { name: "asc" } }, { digest: "asc" }],
  });
  const found = await signersOfImages(db, rows, signers);
  return rows.map(({ repository: { name }, tag, ...row }) => ({
    releaseId: row.releaseId,
    name: tag ? `${name}:${tag}` : `${name}@${row.digest.slice(0, 19)}…`,
    image: `${name}@${row.digest}`,
    key: keyOfImage(row),
    ...verdict(found.get(keyOfImage(row)) ?? { by: [], problems: [] }),
    isUnread: false,
  }));
}

export function signedFile({ file, isUnread, ...found }: CheckedFile): SignedThing {
  const { releaseId, filename: name, id: key } = file;
  const { by, problem } = verdict(found);
  return { releaseId, name, image: null, key, by, problem: isUnread ? null : problem, isUnread };
}

const TOLD_MAX = 3;

function verdict({ by, problems }: Found): { by: string[]; problem: string | null } {
  if (by.length > 0) return { by, problem: null };
  return { by, problem: problems.length > 0 ? problems.slice(0, TOLD_MAX).join("; ") : "no signature" };
}
