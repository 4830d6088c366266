import type { Metadata } from "next";
import { MovesTable } from "#components/registry/moves-table.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { decide } from "#lib/access/index.ts";
import { listTagMoves, viewRepository } from "#lib/catalog/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { RepositoryFrame } from "../frame.tsx";
import { undoMove } from "./actions.ts";

export const metadata: Metadata = { title: "History of tags" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function HistoryPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { tag, before } = given(await searchParams, ["tag", "before"]);
  const base = `/t/${ctx.tenant.slug}/repositories/${id}`;
  const here = `${base}/history`;
  const repository = await onPage(() => viewRepository(ctx, id));
  const { moves, next } = await onPage(() => listTagMoves(ctx, id, { tag, before, limit: 25 }), here);
  const to = (before?: string) => `${here}?${new URLSearchParams({ ...(tag && { tag }), ...(before && { before }) })}`;
  return (
    <RepositoryFrame tenant={ctx.tenant.slug} repository={repository} current="History">
      {tag ? (
        <p className="mb-3 text-sm">
          Moves of <code className="font-mono">{tag}</code> alone.{" "}
          <a href={here} className="rounded text-accent-ink hover:underline">
            Show all
          </a>
        </p>
      ) : null}
      {moves.length === 0 ? (
        <EmptyState title="No tag was ever moved">Each push to a tag shows up here, with the way back.</EmptyState>
      ) : (
        <MovesTable
          moves={moves}
          base={base}
          now={ctx.now}
          decision={decide(ctx.actor, "registry.moveTag")}
          onUndo={undoMove.bind(null, ctx.tenant.slug)}
        />
      )}
      <Pager label="Pages of the history" first={before ? to() : null} next={next ? to(next) : null} />
    </RepositoryFrame>
  );
}
