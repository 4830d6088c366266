import type { Metadata } from "next";
import Link from "next/link";
import { NewAccountForm } from "#components/account/new-account-form.tsx";
import { AcceptButton, SignOutToAccept } from "#components/invitation/accept-button.tsx";
import { Front } from "#components/shell/front.tsx";
import { Notice } from "#components/shell/notice.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { exactTime } from "#lib/format.ts";
import { findInvitation, type InvitationView } from "#lib/tenancy/index.ts";
import { findUser, one, onPage } from "#lib/web/index.ts";
import { accept, acceptAsNewUser } from "./actions.ts";

export const metadata: Metadata = { title: "Invitation", robots: { index: false } };

interface Props {
  searchParams: Promise<{ token?: string | string[] }>;
}

/** Shows an invitation. Opening it accepts nothing: mail programs open links before people do. */
export default async function InvitationPage({ searchParams }: Props) {
  const token = one((await searchParams).token);
  const invitation = token ? await onPage(() => findInvitation(token, new Date())) : null;
  if (!token || !invitation) return <Gone />;
  const { tenant, role, invitedBy, expiresAt, email } = invitation;
  return (
    <Front
      title={`Join ${tenant.name}`}
      lead={`${invitedBy} invites ${email} to the team of ${tenant.name}, as ${role}. The invitation holds until ${exactTime(expiresAt)}.`}
    >
      <Next token={token} invitation={invitation} signedInAs={(await findUser())?.email ?? null} />
    </Front>
  );
}

interface NextProps {
  token: string;
  invitation: InvitationView;
  signedInAs: string | null;
}

function Next({ token, invitation: { email, tenant, hasAccount }, signedInAs }: NextProps) {
  const here = `/invitation?token=${encodeURIComponent(token)}`;
  if (signedInAs === email) return <AcceptButton onAccept={accept.bind(null, token)} />;
  if (signedInAs !== null) {
    return (
      <>
        <p className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          You are signed in as {signedInAs}; this invitation is for {email}.
        </p>
        <SignOutToAccept to={here} />
      </>
    );
  }
  if (!hasAccount) {
    return <NewAccountForm email={email} to={`/t/${tenant.slug}`} onConfirm={acceptAsNewUser.bind(null, token)} />;
  }
  return (
    <>
      <p className="mb-4 text-sm">There is an account for {email} already. Sign in with it, then accept.</p>
      <Link href={`/sign-in?callbackUrl=${encodeURIComponent(here)}`} className={buttonClass({ variant: "primary" })}>
        Sign in
      </Link>
    </>
  );
}

function Gone() {
  return (
    <main>
      <Notice
        title="This invitation leads nowhere any more"
        action={
          <Link href="/tenants" className={buttonClass({})}>
            Go to your workspaces
          </Link>
        }
      >
        It was accepted, withdrawn, sent anew or has expired. If you still need it, ask whoever invited you to send it
        again, and open the link in the newest letter.
      </Notice>
    </main>
  );
}
