import type { Metadata } from "next";
import { DeadLink } from "#components/account/dead-link.tsx";
import { ResetPasswordForm } from "#components/account/reset-password-form.tsx";
import { Front } from "#components/shell/front.tsx";
import { findPasswordReset } from "#lib/identity/index.ts";
import { one, onPage } from "#lib/web/index.ts";
import { setNewPassword } from "./actions.ts";

export const metadata: Metadata = { title: "Set a new password" };

export default async function ConfirmResetPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: string | string[] }>;
}) {
  const token = one((await searchParams).token) ?? "";
  const account = await onPage(() => findPasswordReset(token));
  if (!account) return <DeadLink again="/reset-password" />;
  return (
    <Front title="Set a new password" lead={`For ${account.email}. Every browser is signed out with it.`}>
      <ResetPasswordForm email={account.email} onReset={setNewPassword.bind(null, token)} />
    </Front>
  );
}
