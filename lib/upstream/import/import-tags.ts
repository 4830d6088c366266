import { patternOf, subjectOfTag } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import { AppError, isAppError } from "../../errors.ts";
import { getManifest, listUpstreamTags } from "../client/index.ts";
import { causeOf, countLie } from "../pull/mirror.ts";
import { type Import, importImage } from "./import-image.ts";

/** What came of a tag. */
export type Outcome = "new" | "moved" | "same" | "failed";

/** Whoever is told how it goes. */
interface Listener {
  report(progress: { done: number; total: number; phase: string }): void;
  log(text: string, level: "info" | "warning" | "error"): Promise<void>;
}

/**
 * Imports the tags of a mirror that its patterns take, and the signatures of what they lead to. A tag that fails is told and
 * passed over; what ends all (no room, the end of the run) is thrown.
 */
export async function importTags(work: Import, listener: Listener): Promise<Record<Outcome, number>> {
  const tags = await tagsOf(work);
  const counts: Record<Outcome, number> = { new: 0, moved: 0, same: 0, failed: 0 };
  const take = async (tag: string, done: number) => {
    work.limits.signal?.throwIfAborted();
    listener.report({ done, total: tags.length, phase: tag });
    counts[await importOne(work, tag, listener)]++;
  };
  const attached = tags.filter((tag) => subjectOfTag(tag) !== null);
  const named = tags.filter((tag) => subjectOfTag(tag) === null);
  for (const [at, tag] of named.entries()) await take(tag, at);
  for (const [at, tag] of attached.entries()) {
    if (work.whole.has(subjectOfTag(tag) ?? "")) await take(tag, named.length + at);
  }
  return counts;
}

/** @throws not_found where upstream has no such repository any more */
async function tagsOf({ terms, limits }: Import): Promise<string[]> {
  const there = await listUpstreamTags(terms.source, limits);
  if (there) return there.filter((tag) => patternOf(tag, terms.patterns) || subjectOfTag(tag));
  throw new AppError("not_found", `The registry has no repository ${terms.source.path} any more.`);
}

async function importOne(work: Import, tag: string, { log }: Listener): Promise<Outcome> {
  const { repositoryId } = work.mirror;
  const where = { repositoryId_name: { repositoryId, name: tag } };
  const before = await query((db) => db.tag.findUnique({ where, select: { digest: true } }));
  try {
    const fetched = await getManifest(work.terms.source, tag, work.limits);
    if (!fetched) throw new AppError("not_found", "it is not there any more.");
    await importImage(work, fetched, tag);
    if (before?.digest === fetched.digest) return "same";
    await log(`${tag} is ${fetched.digest.slice(0, 19)}${before ? ", and was elsewhere" : ""}.`, "info");
    return before ? "moved" : "new";
  } catch (error) {
    await log(`${tag} was not imported: ${await wordsOf(work, error)}`, "error");
    return "failed";
  }
}

const ENDS_ALL = new Set(["quota_bytes", "quota_repositories", "upstream_denied"]);

/** @throws what is not this one tag's */
async function wordsOf({ mirror, limits }: Import, error: unknown): Promise<string> {
  if (limits.signal?.aborted) throw error;
  const lie = await countLie(mirror, error);
  if (lie) return lie;
  const cause = causeOf(error);
  if (!isAppError(cause) || ENDS_ALL.has(cause.reason ?? "")) throw error;
  return cause.message;
}
