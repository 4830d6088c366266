import { z } from "zod";
import type { Tx } from "#lib/db/index.ts";
import { SIGNATURE_BYTES_MAX } from "#lib/signatures/index.ts";
import { type AppError, conflict, invalid } from "../../errors.ts";
import type { ReleaseRow } from "../find-release.ts";

export const SYSTEMS = ["linux", "macos", "windows", "freebsd", "any"] as const;
export const ARCHITECTURES = ["amd64", "arm64", "armv7", "386", "universal", "any"] as const;

/** What S3 takes in 10,000 parts of ours. */
export const ASSET_BYTES_MAX = 500_000_000_000;

export const Filename = z
  .string()
  .min(1, "is missing")
  .max(200)
  .refine(isFilename, "may have no slash, no control character and no space around it, and must not be . or ..");

function isFilename(name: string): boolean {
  return (
    name === name.trim() && name !== "." && name !== ".." && name.isWellFormed() && !/[/\\\p{Cc}\p{Cf}]/u.test(name)
  );
}

export const Sha256 = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in 64 hexadecimal digits");

/** What may be said of a file beside its bytes. What is left out is guessed from its name. */
export const FILE_LABELS = {
  os: z.enum(SYSTEMS).optional(),
  arch: z.enum(ARCHITECTURES).optional(),
  signsId: z.uuid().optional(),
};

export const FILE = { filename: Filename, sha256: Sha256.optional(), ...FILE_LABELS };

/** What a file of a release is to be. */
export interface NewFile {
  filename: string;
  sha256?: string | null;
  /** Null where nobody knows before its end. */
  size: number | null;
  signsId?: string | null;
}

/** @throws conflict for a release to which nothing is added any more */
export function refuseClosed({ version, status }: ReleaseRow): void {
  if (status === "draft" || status === "published") return;
  throw conflict(`${version} is ${status}: restore it before you change its files.`);
}

/** Refuses a name that other bytes have already, as far as can be known before they are here. @throws conflict */
export async function refuseTaken(tx: Tx, release: ReleaseRow, { filename, sha256, size }: NewFile): Promise<void> {
  const standing = await tx.asset.findUnique({ where: { releaseId_filename: { releaseId: release.id, filename } } });
  if (!standing) return;
  const other = (size !== null && Number(standing.size) !== size) || (sha256 && standing.sha256 !== sha256);
  if (other) throw taken(release, filename);
}

export function taken({ version }: ReleaseRow, filename: string): AppError {
  const words = `${version} has a file called ${filename} with other bytes. Give this one another name, or remove that one first.`;
  return conflict(words, { reason: "filename_taken" });
}

/** The file of the release that another is the signature of: the one that is named, else the one whose name it carries. */
export async function signedFile(
  tx: Tx,
  release: ReleaseRow,
  { filename, signsId }: { filename: string; signsId?: string | null },
): Promise<string | null> {
  const of = { tenantId: release.tenantId, releaseId: release.id };
  if (signsId) {
    const named = await tx.asset.findFirst({ where: { ...of, id: signsId }, select: { id: true, signsId: true } });
    if (!named) throw invalid({ signsId: "is no file of this release" });
    if (named.signsId) throw invalid({ signsId: "is a signature itself: name what it signs" });
    return named.id;
  }
  const signed = nameOfSigned(filename);
  if (!signed) return null;
  return (await tx.asset.findFirst({ where: { ...of, filename: signed }, select: { id: true } }))?.id ?? null;
}

/** The endings of signatures that stand beside what they sign. */
export const SIGNATURE_ENDINGS = [".sig", ".asc", ".minisig", ".sigstore", ".sigstore.json", ".sign"];

/** Whether a file is there as the signature of another, and so needs none itself. */
export function isSignature({
  filename,
  size,
  signsId,
}: Pick<NewFile, "filename" | "signsId"> & { size: number | bigint }): boolean {
  return Boolean(signsId) && nameOfSigned(filename) !== null && size <= SIGNATURE_BYTES_MAX;
}

function nameOfSigned(filename: string): string | null {
  const ending = SIGNATURE_ENDINGS.find((each) => filename.toLowerCase().endsWith(each));
  return ending && filename.length > ending.length ? filename.slice(0, -ending.length) : null;
}
