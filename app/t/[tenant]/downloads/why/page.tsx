import type { Metadata } from "next";
import { WhyView } from "#components/entitlements/why-view.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import type { Decision } from "#lib/access/index.ts";
import { viewOwnWhy } from "#lib/entitlements/index.ts";
import { one, onPage, type Query, requireMember } from "#lib/web/index.ts";
import { behindRules } from "../../why-shown.tsx";
import { wayShown } from "../shown.ts";

export const metadata: Metadata = { title: "Why" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function WhyPage({ params, searchParams }: Props) {
  const { ctx, access } = await requireMember((await params).tenant);
  const slug = one((await searchParams).product) ?? "";
  const explained = await onPage(() => viewOwnWhy(ctx, access, slug));
  const { decision, nextStep, product } = explained;
  return (
    <>
      <Trail href={`/t/${ctx.tenant.slug}/downloads`}>Downloads</Trail>
      <PageHeader title={decision.allowed ? `Why you may pull ${product.name}` : `Why you can't pull ${product.name}`}>
        The registry's own decision, as it would be taken now for you.
      </PageHeader>
      <WhyView
        allowed={decision.allowed}
        answer={answerOf(decision)}
        steps={decision.trace()}
        next={wayShown(nextStep, ctx.tenant, product.name)}
        behind={behindRules(explained, { now: ctx.now, graceDays: access.tenant.graceDays })}
      />
    </>
  );
}

function answerOf(decision: Decision): string {
  if (!decision.allowed) return decision.message;
  return decision.warning ? `You may pull it: ${decision.warning}.` : "You may pull it.";
}
