import { rolesWith } from "#lib/access/index.ts";
import { type ProviderState, query, type Tenant } from "#lib/db/index.ts";
import { type Letter, sendMail } from "#lib/mail/index.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { findingsOf } from "./keep-state.ts";
import { PROVIDER_KINDS } from "./kinds.ts";
import { nameParts } from "./provider-kind.ts";

type Changed = ProviderState & { tenant: Pick<Tenant, "slug" | "name"> };

/**
 * Writes to whoever may manage a tenant's providers when one is failed, once, and once more when it is well again. May be
 * ended anywhere: of what was under way then, a letter may come twice. @throws the signal's reason
 */
export async function tellTeams({ signal }: { signal: AbortSignal }): Promise<void> {
  const changed = await query((db) =>
    db.providerState.findMany({
      where: {
        tenant: { archivedAt: null, deletedAt: null },
        OR: [
          { health: "failed", toldAt: null },
          { health: { not: "failed" }, toldAt: { not: null } },
        ],
      },
      include: { tenant: { select: { slug: true, name: true } } },
    }),
  );
  for (const state of changed) {
    signal.throwIfAborted();
    await tell(state);
  }
}

async function tell(state: Changed): Promise<void> {
  const { tenantId, kind, ref, health } = state;
  const where = { tenantId, role: { in: rolesWith("provider.manage") } };
  const team = await query((db) =>
    db.tenantMembership.findMany({ where, select: { user: { select: { email: true } } } }),
  );
  try {
    for (const { user } of team) await sendMail(letterOf(state, user.email));
  } catch (error) {
    // Without the mail server nobody can be told by mail: it is tried again at the next check.
    return log.warn({ tenant: state.tenant.slug, provider: kind, error: (error as Error).message }, "nobody was told");
  }
  const toldAt = health === "failed" ? new Date() : null;
  await query((db) =>
    db.providerState.update({ where: { tenantId_kind_ref: { tenantId, kind, ref } }, data: { toldAt } }),
  );
}

function letterOf(state: Changed, to: string): Letter {
  const { tenant, kind, ref, health } = state;
  const label = PROVIDER_KINDS.find((one) => one.kind === kind)?.label ?? kind;
  const url = `${env().PUBLIC_URL}/t/${tenant.slug}/providers/${nameParts({ kind, ref }).join("/")}`;
  const link = { label: `Open ${label} in Purser`, url };
  if (health !== "failed") {
    return {
      to,
      subject: `${label} of ${tenant.name} is well again`,
      paragraphs: [`${label} of ${tenant.name} works again.`],
      link,
    };
  }
  const failed = findingsOf(state).filter((finding) => finding.state === "failed");
  return {
    to,
    subject: `${label} of ${tenant.name} needs attention`,
    paragraphs: [
      `A health check of ${label}, on which ${tenant.name} depends, failed:`,
      ...failed.map(({ check, words, fix }) => [`${check}: ${words}`, fix].filter(Boolean).join(" ")),
      "You get one more letter when it is well again.",
    ],
    link,
  };
}
