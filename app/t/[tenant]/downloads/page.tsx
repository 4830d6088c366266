import type { Metadata } from "next";
import Link from "next/link";
import { MembershipCard } from "#components/downloads/membership-card.tsx";
import { MailSwitch } from "#components/mail/mail-switch.tsx";
import { RecallNotice } from "#components/recalls/recall-notice.tsx";
import { TextLink } from "#components/shell/front.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { findOwnReleaseMail } from "#lib/announcements/index.ts";
import { viewOwnMembership } from "#lib/billing/index.ts";
import { listPortal } from "#lib/entitlements/index.ts";
import { listOwnRecalls, shortLabel } from "#lib/recalls/index.ts";
import { given, onPage, type Query, registryAddress, requireMember } from "#lib/web/index.ts";
import { manageMembership, setReleaseMail } from "./actions.ts";
import { PortalCard } from "./portal-card.tsx";

export const metadata: Metadata = { title: "Downloads" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function DownloadsPage({ params, searchParams }: Props) {
  const { ctx, access, user } = await requireMember((await params).tenant);
  const { search } = given(await searchParams, ["search"]);
  const [products, membership] = await onPage(() =>
    Promise.all([listPortal(ctx, access, search), viewOwnMembership(ctx)]),
  );
  const recalls = access.memberId ? await onPage(() => listOwnRecalls(ctx, access.memberId ?? "")) : [];
  const { tenant } = ctx;
  const here = `/t/${tenant.slug}/downloads`;
  const { host } = registryAddress();
  return (
    <>
      <PageHeader title="Downloads" action={<OwnLinks base={here} isMember={access.memberId !== null} />}>
        What you may pull from {tenant.name}, and how.
      </PageHeader>
      <RecallNotice
        recalls={recalls.map(({ label, ...recall }) => ({ ...recall, name: shortLabel(label) }))}
        base={here}
        now={ctx.now}
      />
      {membership ? (
        <MembershipCard
          membership={membership}
          store={`/store/${tenant.slug}`}
          onManage={manageMembership.bind(null, tenant.slug)}
        />
      ) : null}
      {products.length > 0 || search ? <SearchForm action={here} label="Search products" value={search} /> : null}
      {products.length === 0 ? (
        <EmptyState title={search ? `Nothing matches “${search}”` : "Nothing to download yet"}>
          {search ? "Search for another part of the name." : `${tenant.name} has not published a product so far.`}
        </EmptyState>
      ) : (
        <>
          <section aria-labelledby="sign-in" className="mb-6 rounded-lg border border-line bg-surface p-4">
            <h2 id="sign-in" className="font-medium text-sm">
              First, sign in to the registry
            </h2>
            <p className="mt-0.5 mb-2.5 text-[13px] text-soft">
              The password is <TextLink href={`${here}/tokens`}>a token of yours</TextLink>. Each product’s page has the
              lines for other tools.
            </p>
            <CopyField label="docker sign-in command" value={`docker login ${host} -u ${user.email}`} />
          </section>
          <ul className="grid gap-4">
            {products.map((one) => (
              <li key={one.product.id}>
                <PortalCard one={one} ctx={ctx} />
              </li>
            ))}
          </ul>
        </>
      )}
      {access.memberId ? (
        <section aria-label="Letters" className="mt-6 rounded-lg border border-line bg-surface p-4">
          <MailSwitch
            vendor={tenant.name}
            wanted={await onPage(() => findOwnReleaseMail(ctx, access.memberId))}
            onChoose={setReleaseMail.bind(null, tenant.slug)}
          />
        </section>
      ) : null}
    </>
  );
}

function OwnLinks({ base, isMember }: { base: string; isMember: boolean }) {
  return (
    <nav aria-label="Yours" className="flex flex-wrap gap-2">
      {isMember ? (
        <Link href={`${base}/history`} className={buttonClass()}>
          My history
        </Link>
      ) : null}
      <Link href={`${base}/tokens`} className={buttonClass()}>
        My tokens
      </Link>
    </nav>
  );
}
