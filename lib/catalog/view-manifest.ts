import { demand } from "#lib/audit/index.ts";
import { query, type Tx } from "#lib/db/index.ts";
import { inForce } from "#lib/policies/index.ts";
import { isDigest } from "#lib/storage/index.ts";
import type { Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { type ImageConfig, readImageConfig } from "./image-config.ts";
import { signersOfImage } from "./image-signers.ts";
import { type IndexEntry, indexEntries } from "./platforms.ts";
import { type Puller, pullersOf } from "./pullers.ts";
import { repositoryById } from "./repositories.ts";
import { isTag } from "./repository-name.ts";
import { immutableBy, subjectOfTag } from "./tag-pattern.ts";
import { rulesOf } from "./tag-rules.ts";

export interface ManifestView {
  repository: { id: string; name: string };
  /** The tag that was asked for; null where it was the digest. */
  tag: string | null;
  digest: string;
  mediaType: string;
  artifactType: string | null;
  pushedAt: Date;
  /** Of configs and layers; of an index: those of all its platforms. */
  bytes: number;
  /** Tags that lead to it, each with the pattern that keeps it there. */
  tags: { name: string; immutable: string | null }[];
  /** Indexes that refer to it. */
  parents: string[];
  subject: { digest: string; isThere: boolean } | null;
  /** An index's manifests. */
  entries: (IndexEntry & { isThere: boolean })[];
  layers: { digest: string; mediaType: string; size: number; command: string | null }[];
  config: ImageConfig | null;
  referrers: { digest: string; artifactType: string | null; size: number; at: Date }[];
  annotations: [name: string, value: string][];
  pullers: Puller[];
  /** Who of the policy of access signed it; null where that names no signers, and for what is itself of another manifest. */
  signedBy: string[] | null;
  /** The manifest as it was pushed; null where it is too long for a page. */
  raw: string | null;
}

const LISTED_MAX = 100;
const RAW_MAX = 64 * 1024;

interface Row {
  id: string;
  digest: string;
  mediaType: string;
  artifactType: string | null;
  subjectDigest: string | null;
  createdAt: Date;
  bytes: Uint8Array;
}

/** One manifest, by tag or digest, with all that a page says of it. @throws forbidden; not_found */
export async function viewManifest(ctx: Ctx, repositoryId: string, reference: string): Promise<ManifestView> {
  await demand(ctx, "product.view");
  return query(async (db) => {
    const repository = await repositoryById(db, ctx, repositoryId);
    const tag = isTag(reference) ? reference : null;
    const row = await manifestOf(db, repository.id, reference);
    const { immutablePatterns } = await rulesOf(db, { id: repository.productId, tenantId: ctx.tenant.id });
    const tags = await db.tag.findMany({
      where: { repositoryId: repository.id, digest: row.digest },
      select: { name: true },
      orderBy: { updatedAt: "desc" },
      take: LISTED_MAX,
    });
    return {
      repository: { id: repository.id, name: repository.name },
      tag,
      digest: row.digest,
      mediaType: row.mediaType,
      artifactType: row.artifactType,
      pushedAt: row.createdAt,
      tags: tags.map(({ name }) => ({ name, immutable: immutableBy(name, immutablePatterns) })),
      ...(await relationsOf(db, repository.id, row)),
      ...(await contentOf(db, repository.id, row)),
      pullers: await pullersOf(db, ctx, { repositoryId: repository.id, digest: row.digest }),
      signedBy: await signedByOf(db, ctx, { repositoryId: repository.id, ...row }),
    };
  });
}

async function signedByOf(db: Tx, ctx: Ctx, row: Row & { repositoryId: string }): Promise<string[] | null> {
  const signers = (await inForce(db, ctx.tenant.id, "access"))?.document.signers ?? [];
  if (signers.length === 0 || (await subjectOf(db, row.repositoryId, row))) return null;
  return (await signersOfImage(db, row, signers)).by;
}

async function manifestOf(db: Tx, repositoryId: string, reference: string): Promise<Row> {
  const select = {
    id: true,
    digest: true,
    mediaType: true,
    artifactType: true,
    subjectDigest: true,
    createdAt: true,
    bytes: true,
  } as const;
  const digest = isTag(reference) ? await digestOfTag(db, repositoryId, reference) : reference;
  const row =
    digest && isDigest(digest)
      ? await db.manifest.findUnique({ where: { repositoryId_digest: { repositoryId, digest } }, select })
      : null;
  if (!row) throw notFound("manifest");
  return row;
}

async function digestOfTag(db: Tx, repositoryId: string, name: string): Promise<string | null> {
  const where = { repositoryId_name: { repositoryId, name } };
  return (await db.tag.findUnique({ where, select: { digest: true } }))?.digest ?? null;
}

async function relationsOf(db: Tx, repositoryId: string, row: Row) {
  const parents = await db.$queryRaw<{ digest: string }[]>`
    SELECT m.digest FROM manifest_references mr JOIN manifests m ON m.id = mr.manifest_id
    WHERE mr.repository_id = ${repositoryId}::uuid AND mr.digest = ${row.digest} AND mr.kind = 'manifest'
    LIMIT ${LISTED_MAX}`;
  const attached = `${row.digest.replace(":", "-")}`;
  const referrers = await db.$queryRaw<ManifestView["referrers"]>`
    SELECT m.digest, m.artifact_type AS "artifactType", octet_length(m.bytes) AS size, m.created_at AS at
    FROM manifests m WHERE m.id IN (
      SELECT id FROM manifests WHERE repository_id = ${repositoryId}::uuid AND subject_digest = ${row.digest}
      UNION SELECT a.id FROM tags t JOIN manifests a ON a.repository_id = t.repository_id AND a.digest = t.digest
      WHERE t.repository_id = ${repositoryId}::uuid
        AND t.name IN (${attached}, ${`${attached}.sig`}, ${`${attached}.att`}, ${`${attached}.sbom`}))
    ORDER BY m.id DESC LIMIT ${LISTED_MAX}`;
  return {
    parents: parents.map(({ digest }) => digest),
    referrers,
    subject: await subjectOf(db, repositoryId, row),
  };
}

async function subjectOf(db: Tx, repositoryId: string, { id, digest, subjectDigest }: Row) {
  const tag = subjectDigest
    ? null
    : await db.tag.findFirst({
        where: { repositoryId, digest, name: { startsWith: "sha" } },
        select: { name: true },
        orderBy: { name: "asc" },
      });
  const subject = subjectDigest ?? subjectOfTag(tag?.name ?? "");
  if (!subject) return null;
  const found = await db.manifest.findFirst({
    where: { repositoryId, digest: subject, id: { not: id } },
    select: { id: true },
  });
  return { digest: subject, isThere: found !== null };
}

interface Body {
  config?: { digest: string };
  layers?: { digest: string; mediaType: string; size: number }[];
  annotations?: unknown;
}

async function contentOf(db: Tx, repositoryId: string, row: Row) {
  const bytes = Buffer.from(row.bytes);
  const text = bytes.toString("utf8");
  // It was parsed when it was pushed; only its annotations were not looked at.
  const body = JSON.parse(text) as Body;
  const config = body.config ? await readImageConfig(db, repositoryId, body.config.digest) : null;
  const commands = (config?.history ?? []).filter(({ emptyLayer }) => !emptyLayer);
  const layers = (body.layers ?? []).map(({ digest, mediaType, size }, n) => ({
    digest,
    mediaType,
    size,
    // A history that is not of these layers says nothing about them.
    command: commands.length === body.layers?.length ? (commands[n]?.createdBy ?? null) : null,
  }));
  return {
    bytes: await sizeOf(db, row.id),
    config,
    layers,
    entries: body.layers ? [] : await entriesOf(db, repositoryId, bytes),
    annotations: annotationsOf(body.annotations),
    raw: bytes.length <= RAW_MAX ? text : null,
  };
}

async function sizeOf(db: Tx, manifestId: string): Promise<number> {
  const rows = await db.$queryRaw<{ bytes: bigint }[]>`
    SELECT coalesce(sum(mr.size), 0)::bigint AS bytes FROM manifest_references mr
    WHERE mr.kind <> 'manifest' AND mr.manifest_id IN (
      SELECT ${manifestId}::uuid UNION SELECT c.id FROM manifest_references child
      JOIN manifests c ON c.repository_id = child.repository_id AND c.digest = child.digest
      WHERE child.manifest_id = ${manifestId}::uuid AND child.kind = 'manifest')`;
  return Number(rows[0]?.bytes ?? 0);
}

async function entriesOf(db: Tx, repositoryId: string, bytes: Buffer): Promise<ManifestView["entries"]> {
  const entries = indexEntries(bytes).slice(0, LISTED_MAX);
  const there = await db.manifest.findMany({
    where: { repositoryId, digest: { in: entries.map(({ digest }) => digest) } },
    select: { digest: true },
  });
  const digests = new Set(there.map(({ digest }) => digest));
  return entries.map((entry) => ({ ...entry, isThere: digests.has(entry.digest) }));
}

function annotationsOf(annotations: unknown): [string, string][] {
  if (typeof annotations !== "object" || annotations === null || Array.isArray(annotations)) return [];
  return Object.entries(annotations)
    .slice(0, LISTED_MAX)
    .map(([name, value]) => [name.slice(0, 300), String(value).slice(0, 2000)]);
}
