import type { Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";

export interface Puller {
  /** An address, or a robot's name. */
  label: string;
  pulls: number;
  lastAt: Date;
}

const SHOWN = 10;
/** So many of a repository's pulls are looked at, from the newest on. */
const LOOKED_AT = 10_000;

interface Row {
  actor: string;
  pulls: bigint;
  lastAt: Date;
  robot: string | null;
  email: string | null;
}

/** Who pulled a manifest in the last 30 days, by how often. Of a busy repository the newest pulls count alone. */
export async function pullersOf(
  db: Tx,
  ctx: Pick<Ctx, "tenant">,
  { repositoryId, digest }: { repositoryId: string; digest: string },
): Promise<Puller[]> {
  const rows = await db.$queryRaw<Row[]>`
    WITH pulled AS (
      SELECT actor, digest, at FROM pull_events
      WHERE repository_id = ${repositoryId}::uuid AND at > now() - interval '30 days' ORDER BY at DESC LIMIT ${LOOKED_AT}
    ), counted AS (
      SELECT actor, count(*) AS pulls, max(at) AS "lastAt" FROM pulled WHERE digest = ${digest}
      GROUP BY actor ORDER BY count(*) DESC, actor LIMIT ${SHOWN}
    ), named AS (
      SELECT counted.*, CASE WHEN actor LIKE 'token:%' THEN substr(actor, 7)::uuid END AS "tokenId",
        CASE WHEN actor LIKE 'user:%' THEN substr(actor, 6)::uuid END AS "userId" FROM counted
    )
    SELECT named.actor, named.pulls, named."lastAt", u.email,
      CASE WHEN a.tenant_id = ${ctx.tenant.id}::uuid THEN a.name END AS robot
    FROM named
    LEFT JOIN access_tokens a ON a.id = named."tokenId"
    LEFT JOIN users u ON u.id = coalesce(a.user_id, named."userId")
    ORDER BY named.pulls DESC, named.actor`;
  return together(
    rows.map(({ actor, pulls, lastAt, robot, email }) => ({
      label: email ?? (robot ? `robot ${robot}` : actor === "anonymous" ? "anonymous" : "somebody who is gone"),
      pulls: Number(pulls),
      lastAt,
    })),
  );
}

// Somebody with several tokens is one.
function together(pullers: readonly Puller[]): Puller[] {
  const byLabel = new Map<string, Puller>();
  for (const puller of pullers) {
    const known = byLabel.get(puller.label);
    const pulls = puller.pulls + (known?.pulls ?? 0);
    const lastAt = known && known.lastAt > puller.lastAt ? known.lastAt : puller.lastAt;
    byLabel.set(puller.label, { label: puller.label, pulls, lastAt });
  }
  return [...byLabel.values()];
}
