import { demand } from "#lib/audit/index.ts";
import { query } from "#lib/db/index.ts";
import { signingKeys } from "#lib/signatures/index.ts";
import type { Ctx } from "../../context.ts";
import { releaseInTenant } from "../find-release.ts";
import { checkFiles, filesOf } from "./files.ts";
import { type SignedThing, signedFile, signedImages } from "./report.ts";
import { signatureRule } from "./rule.ts";
import { signLines, unsignedWords } from "./words.ts";

/** Who signed what a release holds, where a policy of access wants signatures. */
export interface SignaturesView {
  /** Of images `<repository's id> <digest>`, of files their ids. Signatures are not among them. */
  things: Map<string, Pick<SignedThing, "by" | "problem" | "isUnread">>;
  /** Why it can't be published, as publishing would say it; null where it can, or what is unread decides. */
  refusal: string | null;
  /** What to type, to sign the first of what is not. */
  lines: string[];
}

/** A page reads no more of files than this: what is larger is checked when the release is published. */
const PAGE_BYTES_MAX = 64 * 1024 * 1024;

/** @returns null where no policy wants signatures; @throws forbidden without `release.view`; not_found */
export async function viewSignatures(ctx: Ctx, { releaseId }: { releaseId: string }): Promise<SignaturesView | null> {
  await demand(ctx, "release.view");
  const of = { tenantId: ctx.tenant.id, releaseIds: [releaseId] };
  const seen = await query(async (db) => {
    const { version } = await releaseInTenant(db, ctx, releaseId);
    const rule = await signatureRule(db, of.tenantId);
    if (!rule) return null;
    const files = rule.signedFiles ? await filesOf(db, of) : [];
    return { version, rule, files, images: await signedImages(db, of, rule) };
  });
  if (!seen) return null;
  const { version, rule, files, images } = seen;
  const checked = await checkFiles(files, signingKeys(rule.signers), PAGE_BYTES_MAX);
  const things = [...images, ...checked.map(signedFile)];
  const unsigned = things.filter(({ problem }) => problem !== null);
  return {
    things: new Map(things.map((thing) => [thing.key, thing])),
    refusal: unsigned.length > 0 ? unsignedWords(rule, version, unsigned) : null,
    lines: signLines(unsigned),
  };
}
