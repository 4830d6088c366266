import type { Metadata } from "next";
import { DeadLink } from "#components/account/dead-link.tsx";
import { NewAccountForm } from "#components/account/new-account-form.tsx";
import { Front } from "#components/shell/front.tsx";
import { findRegistration, signUpIsOpen } from "#lib/identity/index.ts";
import { one, onPage, ownPath } from "#lib/web/index.ts";
import { makeAccount } from "./actions.ts";

export const metadata: Metadata = { title: "Create your account" };

export default async function ConfirmRegistrationPage({
  searchParams,
}: {
  searchParams: Promise<Record<"token" | "callbackUrl", string | string[] | undefined>>;
}) {
  const { token: asked, callbackUrl } = await searchParams;
  const token = one(asked) ?? "";
  const registration = signUpIsOpen() ? await onPage(() => findRegistration(token)) : null;
  if (!registration) return <DeadLink again="/register" />;
  return (
    <Front title="Create your account" lead="The address is proven. How shall the account be called?">
      <NewAccountForm
        email={registration.email}
        to={ownPath(one(callbackUrl))}
        onConfirm={makeAccount.bind(null, token)}
      />
    </Front>
  );
}
