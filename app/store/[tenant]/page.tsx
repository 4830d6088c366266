import type { Metadata } from "next";
import { AddOnList } from "#components/store/add-on-list.tsx";
import { OpenProducts } from "#components/store/open-products.tsx";
import { PlanChoice } from "#components/store/plan-choice.tsx";
import { VisitorCard } from "#components/store/visitor-card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { viewStore } from "#lib/billing/index.ts";
import { newId } from "#lib/ids.ts";
import { findUser, onPage, signInPath } from "#lib/web/index.ts";
import { buy } from "./actions.ts";
import { StoreFrame } from "./frame.tsx";

interface Props {
  params: Promise<{ tenant: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { tenant } = await onPage(async () => viewStore((await params).tenant, null));
  return { title: tenant.name };
}

export default async function StorePage({ params }: Props) {
  const { tenant: slug } = await params;
  const user = await findUser();
  const { tenant, products, plans, addOns, visitor } = await onPage(() => viewStore(slug, user?.id ?? null));
  const buying = {
    signIn: user ? null : signInPath(`/store/${slug}`),
    attempt: newId(),
    onBuy: buy.bind(null, slug),
  };
  const open = products.filter(({ restricted }) => !restricted);
  // What is restricted and not for sale is given by the vendor alone.
  const sold = new Set([...plans, ...addOns].flatMap(({ gives }) => gives.map(({ id }) => id)));
  const given = products.filter(({ id, restricted }) => restricted && !sold.has(id));
  return (
    <StoreFrame slug={slug} member={visitor !== null}>
      <PageHeader title={tenant.name}>Members pull these with docker, podman or skopeo.</PageHeader>
      <div className="grid gap-8">
        {visitor ? <VisitorCard visitor={visitor} downloads={`/t/${slug}/downloads`} /> : null}
        {plans.length > 0 ? <PlanChoice plans={plans} buying={buying} /> : null}
        {addOns.length > 0 ? <AddOnList addOns={addOns} buying={buying} /> : null}
        {products.length === 0 ? (
          <EmptyState title="Nothing is offered yet">{tenant.name} has not listed a product so far.</EmptyState>
        ) : (
          <>
            <OpenProducts title="Open with the membership" products={open} />
            <OpenProducts title="On request" products={given} />
          </>
        )}
      </div>
    </StoreFrame>
  );
}
