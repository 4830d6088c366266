import type { Metadata } from "next";
import Link from "next/link";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { Section } from "#components/registry/section.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { Time } from "#components/ui/time.tsx";
import { ConnectDialog } from "#components/upstream/connect-dialog.tsx";
import { ImportPanel } from "#components/upstream/import-panel.tsx";
import { TermsDialog } from "#components/upstream/terms-dialog.tsx";
import { everyOf, partsWords } from "#components/upstream/words.ts";
import { decide } from "#lib/access/index.ts";
import { type RepositoryView, viewRepository } from "#lib/catalog/index.ts";
import { listRegistries, previewDisconnect, type UpstreamView, viewUpstream } from "#lib/upstream/index.ts";
import { type Entrance, onPage, requireTeam } from "#lib/web/index.ts";
import { connect } from "../../../upstream/actions.ts";
import { RepositoryFrame } from "../frame.tsx";
import { disconnect, importNow, previewOfImport, saveTerms } from "./actions.ts";

export const metadata: Metadata = { title: "Upstream" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
}

export default async function RepositoryUpstreamPage({ params }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const repository = await onPage(() => viewRepository(ctx, id));
  const upstream = await onPage(() => viewUpstream(ctx, repository.id));
  return (
    <RepositoryFrame tenant={ctx.tenant.slug} repository={repository} current="Upstream">
      {upstream ? <Connected upstream={upstream} ctx={ctx} /> : <NotConnected repository={repository} ctx={ctx} />}
    </RepositoryFrame>
  );
}

async function NotConnected({ repository, ctx }: { repository: RepositoryView; ctx: Entrance["ctx"] }) {
  const { slug } = ctx.tenant;
  const registries = await onPage(() => listRegistries(ctx));
  const manage = decide(ctx.actor, "provider.manage");
  const first = { allowed: false, reason: "Add an upstream registry first." } as const;
  return (
    <>
      <EmptyState title="Its images are pushed here">
        Connected to a repository of an{" "}
        <Link href={`/t/${slug}/upstream`} className="rounded text-accent-ink underline">
          upstream registry
        </Link>
        , it fetches from there what a pull does not find.
      </EmptyState>
      <div className="mt-3">
        <ConnectDialog
          decision={manage.allowed && registries.length === 0 ? first : manage}
          registries={registries}
          repository={repository.name}
          named={false}
          onConnect={connect.bind(null, slug)}
        />
      </div>
    </>
  );
}

async function Connected({ upstream, ctx }: { upstream: UpstreamView; ctx: Entrance["ctx"] }) {
  const { slug } = ctx.tenant;
  const { repositoryId, registryId } = upstream;
  const manage = decide(ctx.actor, "provider.manage");
  const { tags } = await onPage(() => previewDisconnect(ctx, [repositoryId]));
  const { patterns, pullThrough, freshMinutes, importEveryHours } = upstream;
  return (
    <>
      <Facts facts={factsOf(upstream, { registry: `/t/${slug}/upstream/${registryId}`, now: ctx.now })} />
      {upstream.refusals > 0 ? <Refused upstream={upstream} now={ctx.now} /> : null}
      <div className="mt-3 flex flex-wrap gap-2">
        <TermsDialog
          decision={manage}
          terms={{ patterns, pullThrough, freshMinutes, importEveryHours }}
          onSave={saveTerms.bind(null, slug, repositoryId)}
        />
        <ConfirmButton
          verb="Disconnect"
          title="Disconnect this repository?"
          consequence={`Nothing more is fetched from there. What is kept stays. ${partsWords(tags)}`}
          decision={manage}
          onConfirm={disconnect.bind(null, slug, repositoryId)}
        />
      </div>
      <Section title="Import">
        <ImportPanel
          decision={decide(ctx.actor, "provider.syncInventory")}
          onPreview={previewOfImport.bind(null, slug, repositoryId)}
          onStart={importNow.bind(null, slug, repositoryId)}
          runs={`/t/${slug}/runs`}
        />
      </Section>
    </>
  );
}

function factsOf(upstream: UpstreamView, { registry, now }: { registry: string; now: Date }) {
  const { path, registryUrl, patterns, pullThrough, freshMinutes, importEveryHours, importedAt } = upstream;
  return [
    [
      "Registry",
      <Link key="registry" href={registry} className="rounded text-accent-ink hover:underline">
        {upstream.registry}
      </Link>,
    ],
    ["Repository there", <Mono key="path">{`${new URL(registryUrl).host}/${path}`}</Mono>],
    ["Tags", <Mono key="tags">{patterns.join(" ")}</Mono>],
    ["A pull that finds nothing here", pullThrough ? "is looked for there" : "ends here"],
    ["A tag is asked for again", `after ${freshMinutes} min`],
    ["Imports", everyOf(importEveryHours)],
    ["Imported last", importedAt ? <Time key="at" at={importedAt} now={now} /> : "never"],
  ] as const;
}

function Mono({ children }: { children: string }) {
  return <span className="font-mono text-[13px]">{children}</span>;
}

function Refused({ upstream: { refusals, refusal, refusedAt }, now }: { upstream: UpstreamView; now: Date }) {
  return (
    <p role="note" className="wrap-anywhere mt-3 rounded-lg bg-danger-soft px-4 py-3 text-danger-ink text-sm">
      {refusals === 1 ? "One answer was" : `${refusals} answers were`} refused: other bytes than those asked for. Last{" "}
      {refusedAt ? <Time at={refusedAt} now={now} /> : "unknown"}: {refusal}
    </p>
  );
}
