import type { Metadata } from "next";
import { WhyView } from "#components/entitlements/why-view.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { viewProduct } from "#lib/catalog/index.ts";
import { type NextStep, viewWhy, type Why } from "#lib/entitlements/index.ts";
import { one, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { behindRules } from "../../../why-shown.tsx";
import { DENIED } from "../shown.ts";

export const metadata: Metadata = { title: "Why" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
  searchParams: Promise<Query>;
}

export default async function MemberWhyPage({ params, searchParams }: Props) {
  const { tenant, id } = await params;
  const { ctx, access } = await requireTeam(tenant);
  const slug = one((await searchParams).product) ?? "";
  const product = await onPage(() => viewProduct(ctx, slug));
  const explained = await onPage(() => viewWhy(ctx, { memberId: id, productId: product.id }));
  const { member, decision, nextStep } = explained;
  const { email } = member.user;
  const memberPage = `/t/${ctx.tenant.slug}/members/${id}`;
  return (
    <>
      <Trail href={memberPage}>{member.user.name ?? email}</Trail>
      <PageHeader
        title={`Why ${decision.allowed ? "may" : "can't"} ${member.user.name ?? email} pull ${product.name}?`}
      >
        The registry's own decision, as it would be taken now for them, signed in without a token.
      </PageHeader>
      <WhyView
        allowed={decision.allowed}
        answer={answerOf(explained)}
        steps={decision.trace()}
        next={nextShown(nextStep, { email, product: product.name, memberPage })}
        behind={behindRules(explained, { now: ctx.now, graceDays: access.tenant.graceDays })}
      />
    </>
  );
}

function answerOf({ decision }: Why): string {
  if (!decision.allowed) return DENIED[decision.reason];
  return decision.warning ? `May pull it: ${decision.warning}.` : "May pull it.";
}

function nextShown(step: NextStep, { email, product, memberPage }: Record<"email" | "product" | "memberPage", string>) {
  const here = { href: memberPage, label: "To the member's page" };
  if (step === "renew") return { text: `${email} can renew the membership on the storefront.` };
  if (step === "buy") return { text: `${email} can buy ${product} on the storefront; or grant it by hand.`, ...here };
  if (step === "ask")
    return { text: "Only the team can change that: by a grant, a group, or the membership.", ...here };
  return null;
}
