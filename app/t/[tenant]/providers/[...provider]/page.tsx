import type { Metadata } from "next";
import Link from "next/link";
import { Polling } from "#components/polling.tsx";
import { DifferencesTable } from "#components/providers/differences-table.tsx";
import { FindingsTable } from "#components/providers/findings-table.tsx";
import { HealthBadge } from "#components/providers/health-badge.tsx";
import { OperationButtons } from "#components/providers/operation-buttons.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { isUnderWay } from "#components/runs/words.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { type ProviderView, viewProvider } from "#lib/providers/index.ts";
import { type Entrance, onPage, requireTeam } from "#lib/web/index.ts";
import { check, sync } from "../actions.ts";

export const metadata: Metadata = { title: "Provider" };

interface Props {
  params: Promise<{ tenant: string; provider: string[] }>;
}

export default async function ProviderPage({ params }: Props) {
  const { tenant, provider: segments } = await params;
  const { ctx } = await requireTeam(tenant);
  const [kind = "", ref = "", ...more] = segments;
  const named = { kind: more.length > 0 ? "" : kind, ref };
  const provider = await onPage(() => viewProvider(ctx, named));
  const base = `/t/${ctx.tenant.slug}`;
  const busy = [provider.lastCheck, provider.lastSync].some((run) => run && isUnderWay(run.state));
  return (
    <>
      <Trail href={`${base}/providers`}>Providers</Trail>
      <PageHeader title={provider.name} action={<Operations provider={provider} ctx={ctx} />}>
        <span className="flex flex-wrap items-center gap-2">
          <HealthBadge health={provider.health} />
          {provider.where}
        </span>
        <p className="mt-1">{provider.about}</p>
        {provider.page ? (
          <Link href={`${base}/${provider.page}`} className="rounded text-accent-ink hover:underline">
            Open its settings
          </Link>
        ) : null}
      </PageHeader>
      <Polling busy={busy} />
      <Health provider={provider} now={ctx.now} />
      {provider.comparable ? <Inventory provider={provider} base={base} now={ctx.now} /> : null}
    </>
  );
}

function Operations({ provider, ctx }: { provider: ProviderView; ctx: Entrance["ctx"] }) {
  const { slug } = ctx.tenant;
  const named = { kind: provider.kind, ref: provider.ref };
  const checking = {
    label: "Check health",
    decision: decide(ctx.actor, "provider.checkHealth"),
    onStart: check.bind(null, slug, named),
  };
  const syncing = {
    label: "Sync inventory",
    decision: decide(ctx.actor, "provider.syncInventory"),
    onStart: sync.bind(null, slug, named),
  };
  const operations = provider.comparable ? [checking, syncing] : [checking];
  return <OperationButtons operations={operations} runs={`/t/${slug}/runs`} />;
}

function Health({ provider: { findings, checkedAt }, now }: { provider: ProviderView; now: Date }) {
  return (
    <Section title="Health">
      {checkedAt ? (
        <>
          <p className="mb-3 text-[13px] text-soft">
            Looked at <Time at={checkedAt} now={now} />.
          </p>
          <FindingsTable findings={findings} />
        </>
      ) : (
        <EmptyState title="Nobody has looked so far">
          Check its health now; after that it is looked at every hour.
        </EmptyState>
      )}
    </Section>
  );
}

function Inventory({ provider, base, now }: { provider: ProviderView; base: string; now: Date }) {
  const { differences, differing, syncedAt, apply } = provider;
  return (
    <Section title="Inventory">
      {syncedAt ? (
        <p className="mb-3 text-[13px] text-soft">
          Compared <Time at={syncedAt} now={now} />; nothing is changed by comparing.{" "}
          {apply && differing > 0 ? (
            <Link href={`${base}/${apply.page}`} className="rounded text-accent-ink hover:underline">
              {apply.label}
            </Link>
          ) : null}
        </p>
      ) : null}
      {differing > differences.length ? (
        <p className="mb-3 text-[13px] text-soft">
          The first {differences.length} of {differing} differences.
        </p>
      ) : null}
      {differing > 0 ? (
        <DifferencesTable differences={differences} />
      ) : (
        <EmptyState title={syncedAt ? "Everything is the same on both sides" : "Nothing was compared so far"}>
          {syncedAt
            ? "What differs the next time is listed here."
            : "Sync its inventory to see what is new, gone or different."}
        </EmptyState>
      )}
    </Section>
  );
}
