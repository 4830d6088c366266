import type { Facts } from "#lib/access/index.ts";
import { FreshCache, queryPrepared, type Reading, type Statement } from "#lib/db/index.ts";
import { recallSentence } from "./recall-words.ts";

/** Where something is asked for: what a decision needs to know of a repository, whoever asks. */
export interface Place {
  tenant: (NonNullable<Facts["tenant"]> & { id: string; name: string; secondFactorRequired: boolean }) | null;
  product: Facts["product"];
  repositoryId: string | null;
  /** What is said of its images that are recalled, by digest; null where none is. */
  recalled: Readonly<Record<string, string>> | null;
  /** The upstream in which a pull looks for what is not here (lib/upstream); null where it looks nowhere. */
  upstreamId: string | null;
}

interface RepositoryKey {
  tenant: string;
  product: string;
  name: string;
}

const places = new FreshCache<Place>(2000);

/** The place that a repository's name names; each part null where there is no such thing. */
export function placeOf(repository: RepositoryKey): Place | Promise<Place> {
  return places.get(repository.name, () => readPlace(repository));
}

async function readPlace({ tenant, product, name }: RepositoryKey): Promise<Reading<Place>> {
  const [row] = await queryPrepared<PlaceRow>(FIND_PLACE, [tenant, product, name]);
  const place = placeIn(row);
  // Who has just made a repository looks for it at once: that there is none is not kept.
  return { value: place, restsOn: place.tenant && place.repositoryId ? [`tenant:${place.tenant.id}`] : null };
}

type InJson<T> = Omit<NonNullable<T>, "archivedAt"> & { archivedAt: string | null };

/** @param row as TENANT_SQL and PRODUCT_SQL make it */
export function placeIn(row: PlaceRow | undefined): Place {
  return {
    tenant: row?.tenant ? { ...row.tenant, archivedAt: dateOf(row.tenant.archivedAt) } : null,
    product: row?.product ? { ...row.product, archivedAt: dateOf(row.product.archivedAt) } : null,
    repositoryId: row?.repository_id ?? null,
    recalled: row?.recalled ? sentencesOf(row.recalled) : null,
    upstreamId: row?.upstream_id ?? null,
  };
}

function sentencesOf(recalled: NonNullable<PlaceRow["recalled"]>): Record<string, string> {
  const sentence = ([digest, [reason, replacement]]: [string, [string, string | null]]) =>
    [digest, recallSentence(digest.slice(0, DIGEST_SHOWN), { reason, replacement })] as const;
  return Object.fromEntries(Object.entries(recalled).map(sentence));
}

/** The algorithm and twelve characters. */
const DIGEST_SHOWN = 19;

export interface PlaceRow {
  tenant: InJson<Place["tenant"]>;
  product: InJson<Place["product"]> | null;
  repository_id: string | null;
  recalled?: Record<string, [reason: string, replacement: string | null]> | null;
  upstream_id?: string | null;
}

/** The facts about a tenant `t`. */
export const TENANT_SQL = `json_build_object('id', t.id, 'name', t.name, 'archivedAt', t.archived_at, 'graceDays', t.grace_days,
        'endlessTokens', t.endless_tokens, 'tokenDaysMax', t.token_days_max, 'secondFactorRequired', t.second_factor_required)`;
/** The facts about a product `p`. */
export const PRODUCT_SQL = `json_build_object('id', p.id, 'visibility', p.visibility,
        'requiresEntitlement', p.requires_entitlement, 'archivedAt', p.archived_at)`;

export const FIND_PLACE: Statement = {
  name: "find_place",
  text: `
    SELECT ${TENANT_SQL} AS tenant, CASE WHEN p.id IS NOT NULL THEN ${PRODUCT_SQL} END AS product, r.id AS repository_id,
      (SELECT json_object_agg(i.digest, json_build_array(c.reason, c.replacement) ORDER BY c.id)
        FROM recalled_images i JOIN recalls c ON c.id = i.recall_id AND c.lifted_at IS NULL
        WHERE i.tenant_id = t.id AND i.repository_id = r.id) AS recalled,
      (SELECT u.id FROM upstream_repositories u
        WHERE u.tenant_id = t.id AND u.repository_id = r.id AND u.pull_through) AS upstream_id
    FROM tenants t
    LEFT JOIN products p ON p.tenant_id = t.id AND p.slug = $2
    LEFT JOIN repositories r ON r.name = $3 AND r.product_id = p.id
    WHERE t.slug = $1`,
};

/** Instants in JSON are text. */
export function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
