import type { Metadata } from "next";
import Link from "next/link";
import { ConfirmEmail } from "#components/account/confirm-email.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { findEmailChange } from "#lib/identity/index.ts";
import { one, onPage, requireAccount } from "#lib/web/index.ts";
import { confirmEmail } from "./actions.ts";

export const metadata: Metadata = { title: "Confirm your address" };

export default async function ConfirmEmailPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const token = one((await searchParams).token) ?? "";
  const { ctx } = await requireAccount(`/account/confirm-email?token=${encodeURIComponent(token)}`);
  const change = await onPage(() => findEmailChange(ctx, token));
  if (!change) {
    return (
      <>
        <PageHeader title="This link does not work">
          It has expired, was used already, or is for another account than {ctx.actor.email}.
        </PageHeader>
        <Link href="/account" className={buttonClass()}>
          Back to the profile
        </Link>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Confirm your address">
        The account has {ctx.actor.email} now. You sign in with the new address afterwards.
      </PageHeader>
      <ConfirmEmail email={change.email} onConfirm={confirmEmail.bind(null, token)} />
    </>
  );
}
