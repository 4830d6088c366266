import { keyOfImage, signersOfImage } from "#lib/catalog/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import { signingKeys } from "#lib/signatures/index.ts";
import type { Ctx } from "../../context.ts";
import { conflict } from "../../errors.ts";
import { isSignature } from "../assets/asset-fields.ts";
import type { ReleaseRow } from "../find-release.ts";
import { checkFiles, type FileToCheck, filesOf } from "./files.ts";
import { type SignedThing, signedFile, signedImages } from "./report.ts";
import { type StandingRule, signatureRule } from "./rule.ts";
import { signLines, unsignedWords } from "./words.ts";

/** What was found of a release's files before anything was locked: reading them may take minutes. */
export interface SeenFiles {
  /** By which policy; null where none needs it. */
  rule: string | null;
  /** By `stateOf` each. */
  files: Map<string, SignedThing>;
}

/** Checks the signatures of a release's files, where a policy asks for them. Nothing is locked; another tenant's has none. */
export async function seeFiles(ctx: Pick<Ctx, "tenant">, releaseId: string): Promise<SeenFiles> {
  const of = { tenantId: ctx.tenant.id, releaseIds: [releaseId] };
  const { rule, files } = await query(async (db) => {
    const rule = await signatureRule(db, of.tenantId);
    return { rule, files: rule?.signedFiles ? await filesOf(db, of) : [] };
  });
  const checked = await checkFiles(files, signingKeys(rule?.signers ?? []), Number.POSITIVE_INFINITY);
  return { rule: rule?.id ?? null, files: new Map(checked.map((one) => [stateOf(one.file), signedFile(one)])) };
}

/**
 * Makes sure that what is about to be published is signed as the policy of access in force says: the images as they are now,
 * the files as `seen`. The release is locked, and its images are held.
 * @throws conflict with reason unsigned, which lists what is not and how to sign it; with reason changed_meanwhile where
 *   a file or the policy is another than what was seen
 */
export async function refuseUnsigned(tx: Tx, release: ReleaseRow, seen: SeenFiles): Promise<void> {
  const rule = await signatureRule(tx, release.tenantId);
  if (!rule) return;
  const of = { tenantId: release.tenantId, releaseIds: [release.id] };
  const files = rule.signedFiles ? (await filesOf(tx, of)).map((file) => seen.files.get(stateOf(file))) : [];
  if (rule.signedFiles && (seen.rule !== rule.id || files.includes(undefined))) {
    const words = `The files of ${release.version}, or the policy, changed while signatures were checked: try again.`;
    throw conflict(words, { reason: "changed_meanwhile" });
  }
  const things = [...(await signedImages(tx, of, rule)), ...files.filter((file) => file !== undefined)];
  refuse(rule, release, things);
}

/** A file with its signatures: without one of them nobody else finds that it was signed. */
function stateOf({ id, signatures }: FileToCheck): string {
  return [id, ...signatures.map(({ digest }) => digest)].join(" ");
}

/** The same of one image that is to be published with a release that is published already. @throws conflict, reason unsigned */
export async function refuseUnsignedImage(
  tx: Tx,
  release: ReleaseRow,
  { repository, digest }: { repository: { id: string; name: string }; digest: string },
): Promise<void> {
  const rule = await signatureRule(tx, release.tenantId);
  if (!rule) return;
  const image = { repositoryId: repository.id, digest };
  const { by, problems } = await signersOfImage(tx, image, rule.signers);
  const problem = by.length > 0 ? null : problems.join("; ") || "no signature";
  const full = `${repository.name}@${digest}`;
  refuse(rule, release, [
    { releaseId: release.id, name: full, image: full, key: keyOfImage(image), by, problem, isUnread: false },
  ]);
}

/**
 * Where files need signatures, a published release takes no more of them but signatures of what it has: a file comes with its
 * signature while it is a draft.
 * @throws conflict with reason unsigned
 */
export async function refuseLateFile(
  tx: Tx,
  release: ReleaseRow,
  file: { filename: string; size: number | bigint | null; signsId: string | null },
): Promise<void> {
  if (release.status !== "published") return;
  if (isSignature({ ...file, size: file.size ?? 0 })) return;
  const rule = await signatureRule(tx, release.tenantId);
  if (!rule?.signedFiles) return;
  const words = `${release.version} is published, and ${rule.words} wants every file signed before that: only signatures of its files are added now. Put ${file.filename} into a new version.`;
  throw conflict(words, { reason: "unsigned" });
}

function refuse(rule: StandingRule, { version }: ReleaseRow, things: readonly SignedThing[]): void {
  const unsigned = things.filter(({ problem }) => problem !== null);
  const [line] = signLines(unsigned);
  if (line) throw conflict(`${unsignedWords(rule, version, unsigned)} Sign it: ${line}`, { reason: "unsigned" });
}
