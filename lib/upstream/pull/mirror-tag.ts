import { findManifest, immutableBy, type Manifest, rulesOf } from "#lib/catalog/index.ts";
import { query } from "#lib/db/index.ts";
import { type AppError, isAppError } from "../../errors.ts";
import { LruCache } from "../../lru-cache.ts";
import { processGlobal } from "../../process-global.ts";
import { getManifest, headTag } from "../client/index.ts";
import { keepManifest } from "./keep.ts";
import { fetchFailure, type Mirror, type Mirrored, systemCtx, type Terms, termsOf } from "./mirror.ts";
import { oneFetch } from "./one-fetch.ts";

/** What is known here of a tag, for as long as nobody needs to be asked. */
interface Known {
  untilMs: number;
  warning?: string;
}

const known = () => processGlobal("upstream-tags", () => new LruCache<Known>(20_000));

/** Another process may have changed the terms: what they say is looked up that often. */
const KNOWN_MS = 30_000;
/** What is kept is waited for no longer than this. */
const PATIENCE = { connectMs: 3000, wholeMs: 8000 };

interface Asked {
  tag: string;
  kept: Manifest | null;
  isTaken(mirror: Mirror, terms: Terms, tag: string): Promise<boolean>;
}

/** @see mirrorManifest */
export async function mirrorTag(mirror: Mirror, { tag, kept, isTaken }: Asked): Promise<Mirrored> {
  const key = `${mirror.upstreamId} ${tag}`;
  const said = known().get(key);
  if (said && Date.now() < said.untilMs) return { manifest: kept, warning: kept ? said.warning : undefined };
  const terms = await termsOf(mirror);
  if (!terms || !(await isTaken(mirror, terms, tag))) return { manifest: kept };
  const answer = await oneFetch({
    key,
    registryId: terms.registryId,
    kept: () => standing(mirror, terms, tag),
    fetch: () => askUpstream(mirror, terms, tag),
  });
  if (answer.error && !answer.manifest) throw answer.error;
  known().set(key, { untilMs: Date.now() + answer.holdsMs, warning: answer.warning });
  return answer;
}

interface Answer extends Mirrored {
  /** For how long it need not be asked again. */
  holdsMs: number;
  error?: AppError;
}

/** What is kept of a tag, where it is fresh enough, or never moves; null where upstream is to be asked. */
async function standing(mirror: Mirror, { freshMinutes }: Terms, tag: string): Promise<Answer | null> {
  const { repositoryId, upstreamId, tenant } = mirror;
  const manifest = await tagNow(repositoryId, tag);
  if (!manifest) return null;
  const upstreamId_name = { upstreamId, name: tag };
  const checked = await query((db) => db.upstreamTag.findFirst({ where: { tenantId: tenant.id, ...upstreamId_name } }));
  const leftMs = checked ? checked.checkedAt.getTime() + freshMinutes * 60_000 - Date.now() : 0;
  if (leftMs > 0) return { manifest, holdsMs: Math.min(leftMs, KNOWN_MS) };
  return (await isImmutable(mirror, tag)) ? { manifest, holdsMs: KNOWN_MS } : null;
}

// Not through the cache: who has just waited must see what was kept meanwhile.
async function tagNow(repositoryId: string, name: string): Promise<Manifest | null> {
  const where = { repositoryId_name: { repositoryId, name } };
  const tag = await query((db) => db.tag.findUnique({ where, select: { digest: true } }));
  if (!tag) return null;
  // Asked twice: the first may be an answer to others who asked before it was there.
  return (await findManifest(repositoryId, tag.digest)) ?? findManifest(repositoryId, tag.digest);
}

async function isImmutable({ repositoryId, tenant }: Mirror, tag: string): Promise<boolean> {
  const where = { tenantId_id: { tenantId: tenant.id, id: repositoryId } };
  return query(async (db) => {
    const repository = await db.repository.findUnique({ where, select: { tenantId: true, productId: true } });
    if (!repository) return false;
    const { immutablePatterns } = await rulesOf(db, { id: repository.productId, tenantId: repository.tenantId });
    return immutableBy(tag, immutablePatterns) !== null;
  });
}

async function askUpstream(mirror: Mirror, terms: Terms, tag: string): Promise<Answer> {
  const { repositoryId, repository } = mirror;
  const kept = await tagNow(repositoryId, tag);
  try {
    const there = await fetchTag(mirror, terms, { tag, kept });
    if (!there)
      return {
        manifest: kept,
        holdsMs: KNOWN_MS,
        warning: `The upstream of ${repository.name} has no tag ${tag} any more: this is what was kept.`,
      };
    await noteChecked(mirror, tag);
    return { manifest: await tagNow(repositoryId, tag), holdsMs: Math.min(terms.freshMinutes * 60_000, KNOWN_MS) };
  } catch (error) {
    // A name that meant something once means nothing else here: the refusal is ours.
    const refused = isAppError(error) && error.reason === "immutable_tag";
    const failure = await fetchFailure(mirror, error);
    const why = refused ? "has moved an immutable tag" : "can't be used now";
    const warning = `The upstream of ${repository.name} ${why}: this is what was kept.`;
    return { manifest: kept, holdsMs: KNOWN_MS, warning, error: failure };
  }
}

/** @returns whether upstream has the tag; where it is elsewhere there, it is moved here */
async function fetchTag(mirror: Mirror, { source }: Terms, { tag, kept }: Omit<Asked, "isTaken">): Promise<boolean> {
  const limits = kept ? PATIENCE : {};
  const told = kept ? await headTag(source, tag, limits) : "untold";
  if (told === null) return false;
  if (kept && told === kept.digest) return true;
  const fetched = await getManifest(source, told === "untold" ? tag : told, limits);
  if (!fetched) return false;
  if (fetched.digest !== kept?.digest) await keepManifest(systemCtx(mirror), mirror.repository, { ...fetched, tag });
  return true;
}

async function noteChecked({ tenant, upstreamId }: Mirror, name: string): Promise<void> {
  const checkedAt = new Date();
  await query(
    (db) => db.$executeRaw`
      INSERT INTO upstream_tags (tenant_id, upstream_id, name, checked_at)
      SELECT tenant_id, id, ${name}, ${checkedAt} FROM upstream_repositories
      WHERE tenant_id = ${tenant.id}::uuid AND id = ${upstreamId}::uuid
      ON CONFLICT (upstream_id, name) DO UPDATE SET checked_at = excluded.checked_at`,
  );
}
