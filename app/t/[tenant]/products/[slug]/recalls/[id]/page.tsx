import { Download } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { Polling } from "#components/polling.tsx";
import { FetchersTable } from "#components/recalls/fetchers-table.tsx";
import { reachInWords } from "#components/recalls/reach.ts";
import { RecallActions } from "#components/recalls/recall-actions.tsx";
import { lettersShown, RecallState } from "#components/recalls/recalls-table.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { FilterSelect } from "#components/ui/filter-select.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { Progress } from "#components/ui/progress.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import type { Ctx } from "#lib/context.ts";
import {
  FetcherFilter,
  listFetchers,
  previewRecall,
  type Reach,
  type RecallView,
  shortLabel,
  viewRecall,
} from "#lib/recalls/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { lift, notify } from "./actions.ts";

export const metadata: Metadata = { title: "Recall" };

interface Props {
  params: Promise<{ tenant: string; slug: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function RecallPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const recall = await onPage(() => viewRecall(ctx, { recallId: id }));
  const reach = await onPage(() => previewRecall(ctx, { recallId: id }));
  const base = `/t/${ctx.tenant.slug}/products/${recall.product.slug}/recalls`;
  const name = shortLabel(recall.label);
  return (
    <>
      <Trail href={base}>{`Recalls of ${recall.product.name}`}</Trail>
      <PageHeader
        title={<span className="font-mono text-lg">{name}</span>}
        action={
          recall.liftedAt ? null : (
            <RecallActions
              name={name}
              reach={reach}
              failed={recall.letters.failed}
              ofRelease={recall.releaseId !== null}
              decision={decide(ctx.actor, "release.recall")}
              onNotify={notify.bind(null, ctx.tenant.slug, id)}
              onLift={lift.bind(null, ctx.tenant.slug, id)}
            />
          )
        }
      >
        <span className="flex flex-wrap items-center gap-2">
          <RecallState lifted={recall.liftedAt !== null} /> {reachInWords(reach)}
        </span>
      </PageHeader>
      <RecallFacts recall={recall} ctx={ctx} />
      <Letters recall={recall} reach={reach} />
      <Fetchers
        ctx={ctx}
        id={id}
        here={`${base}/${id}`}
        asked={given(await searchParams, ["search", "kind", "after"])}
      />
    </>
  );
}

function RecallFacts({ recall, ctx: { tenant, now } }: { recall: RecallView; ctx: Ctx }) {
  const { reason, replacement, by, recalledAt, liftedAt, liftedByLabel, liftReason, releaseId, repositoryId, digest } =
    recall;
  const base = `/t/${tenant.slug}`;
  const href = releaseId
    ? `${base}/products/${recall.product.slug}/releases/${releaseId}`
    : `${base}/repositories/${repositoryId}/manifest?at=${digest}`;
  return (
    <Facts
      facts={[
        [
          "Why",
          <span key="why" className="whitespace-pre-line">
            {reason}
          </span>,
        ],
        ["Move to", replacement ?? "nothing said"],
        [
          "What",
          <Link key="what" href={href} className="rounded text-accent-ink hover:underline">
            {releaseId ? "the release" : "the image"}
          </Link>,
        ],
        [
          "Recalled",
          <span key="recalled">
            <Time at={recalledAt} now={now} /> by {by}
          </span>,
        ],
        ...(liftedAt
          ? ([
              [
                "Lifted",
                <span key="lifted">
                  <Time at={liftedAt} now={now} /> by {liftedByLabel}: {liftReason}
                </span>,
              ],
            ] as const)
          : []),
      ]}
    />
  );
}

function Letters({ recall: { letters, liftedAt }, reach }: { recall: RecallView; reach: Reach }) {
  const total = letters.sent + letters.waiting + letters.failed;
  const busy = letters.waiting > 0 && liftedAt === null;
  return (
    <Section title="Letters">
      <Polling busy={busy} />
      {total > 0 ? (
        <div className="grid max-w-md gap-1.5">
          <Progress label="Letters" done={letters.sent} total={total} value={lettersShown(letters)} />
          <p className="text-[13px] text-soft">
            {lettersShown(letters)}
            {letters.failed > 0
              ? ". The mail server did not take some of them: look at the mail settings, then tell them again."
              : ""}
          </p>
        </div>
      ) : (
        <p className="text-[13px] text-soft">
          {reach.letters > 0 ? "Nobody was told by mail so far." : "There is nobody to tell by mail so far."}
        </p>
      )}
    </Section>
  );
}

interface FetchersProps {
  ctx: Ctx;
  id: string;
  here: string;
  asked: Partial<Record<"search" | "kind" | "after", string>>;
}

const KIND_OPTIONS = [
  ["member", "Members"],
  ["robot", "Robots"],
  ["team", "Team"],
  ["other", "Neither now"],
] as const;

async function Fetchers({ ctx, id, here, asked: { after, ...filter } }: FetchersProps) {
  const kind = FetcherFilter.shape.kind.safeParse(filter.kind).data;
  const { fetchers, next } = await onPage(
    () => listFetchers(ctx, { thing: { recallId: id }, search: filter.search, kind, after }),
    here,
  );
  const to = (after?: string) => `${here}?${new URLSearchParams({ ...filter, ...(after && { after }) })}`;
  const filtered = Object.keys(filter).length > 0;
  return (
    <Section title="Who fetched it">
      {fetchers.length > 0 || filtered ? (
        <div className="flex flex-wrap items-start justify-between gap-2">
          <div className="grow">
            <SearchForm action={here} label="Search names" value={filter.search}>
              <FilterSelect name="kind" label="Who" all="Everybody" options={KIND_OPTIONS} value={kind} />
            </SearchForm>
          </div>
          <a href={`${here}/fetchers`} download className={`${buttonClass()} mb-4`}>
            <Download className="size-4" aria-hidden="true" /> CSV
          </a>
        </div>
      ) : null}
      {fetchers.length === 0 ? (
        <EmptyState title={filtered ? "Nobody matches" : "Nobody has fetched it so far"}>
          {filtered
            ? "Take everybody, or another part of the name."
            : "Whoever does is warned, and stands here a second later."}
        </EmptyState>
      ) : (
        <FetchersTable fetchers={fetchers} members={`/t/${ctx.tenant.slug}/members`} now={ctx.now} />
      )}
      <Pager label="Pages of who fetched it" first={after ? to() : null} next={next ? to(next) : null} />
    </Section>
  );
}
