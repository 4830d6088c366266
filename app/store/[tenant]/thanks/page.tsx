import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { PurchaseWatcher } from "#components/store/purchase-watcher.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { findPurchase, type Purchase } from "#lib/billing/index.ts";
import { listPortal } from "#lib/entitlements/index.ts";
import { isAppError } from "#lib/errors.ts";
import { type AccountEntrance, one, onPage, type Query, requireAccount, requireMember } from "#lib/web/index.ts";
import { PortalCard } from "../../../t/[tenant]/downloads/portal-card.tsx";
import { askHowFar } from "../actions.ts";
import { StoreFrame } from "../frame.tsx";

export const metadata: Metadata = { title: "Thank you" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

const WORDS: Record<Purchase["state"], { title: string; lead: string }> = {
  open: { title: "Not paid yet", lead: "The payment was not finished. Nothing was charged." },
  processing: {
    title: "Your bank works on it",
    lead: "Some ways to pay take a few days. What you bought opens by itself once the money has come.",
  },
  arriving: { title: "Thank you", lead: "The payment went through; Stripe’s message about it is on its way to us." },
  here: { title: "Thank you", lead: "It is yours now." },
};

/** Where Stripe leads back to. It shows what Stripe and the ledger say, whatever the address says. */
export default async function ThanksPage({ params, searchParams }: Props) {
  const { tenant: slug } = await params;
  const session = one((await searchParams).session) ?? "";
  const store = `/store/${slug}`;
  const account = await requireAccount(`${store}/thanks?session=${encodeURIComponent(session)}`);
  const purchase = await onPage(() => readPurchase(account, slug, session));
  if (!purchase) redirect(store);
  const { state, priceName } = purchase;
  return (
    <StoreFrame slug={slug} member>
      <PageHeader title={WORDS[state].title}>
        {priceName ? <strong className="font-medium text-ink">{priceName}. </strong> : null}
        {WORDS[state].lead}
      </PageHeader>
      {state === "arriving" ? <PurchaseWatcher state={state} onAsk={askHowFar.bind(null, slug, session)} /> : null}
      {state === "here" ? (
        <WhatCanBePulled slug={slug} />
      ) : (
        <Link href={store} className={`mt-4 ${buttonClass({})}`}>
          Back to the store
        </Link>
      )}
    </StoreFrame>
  );
}

async function readPurchase({ ctx }: AccountEntrance, slug: string, session: string): Promise<Purchase | null> {
  try {
    return await findPurchase(ctx, { tenant: slug, session });
  } catch (error) {
    // Somebody else's session, one of long ago, or none: the same way back.
    if (isAppError(error) && (error.code === "not_found" || error.code === "invalid")) return null;
    throw error;
  }
}

async function WhatCanBePulled({ slug }: { slug: string }) {
  const { ctx, access } = await requireMember(slug);
  const products = await onPage(() => listPortal(ctx, access));
  const allowed = products.filter(({ decision }) => decision.allowed);
  return (
    <>
      <p className="mb-4 text-sm">
        Sign docker in with{" "}
        <Link href={`/t/${slug}/downloads/tokens`} className="rounded text-accent-ink underline underline-offset-2">
          a token of yours
        </Link>{" "}
        first; then these can be pulled.
      </p>
      <ul className="grid gap-4">
        {allowed.map((each) => (
          <li key={each.product.id}>
            <PortalCard one={each} ctx={ctx} />
          </li>
        ))}
      </ul>
      <Link href={`/t/${slug}/downloads`} className={`mt-6 ${buttonClass({ variant: "primary" })}`}>
        To your downloads
      </Link>
    </>
  );
}
