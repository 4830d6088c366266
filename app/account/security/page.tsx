import type { Metadata } from "next";
import Link from "next/link";
import { ChangePassword } from "#components/account/change-password.tsx";
import { Connections } from "#components/account/connections.tsx";
import { Passkeys } from "#components/account/passkeys.tsx";
import { SecondFactor } from "#components/account/second-factor.tsx";
import { Section } from "#components/account/section.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { countCodesLeft, findOwnAccount, listConnections, listPasskeys } from "#lib/identity/index.ts";
import { TenantSlug } from "#lib/tenancy/index.ts";
import { one, onPage, requireAccount } from "#lib/web/index.ts";
import { problemOf } from "../../sign-in/problems.ts";
import * as actions from "./actions.ts";
import * as passkeyActions from "./passkey-actions.ts";

export const metadata: Metadata = { title: "Sign-in" };

interface Props {
  searchParams: Promise<Record<"error" | "via" | "for", string | string[] | undefined>>;
}

export default async function SecurityPage({ searchParams }: Props) {
  const { ctx } = await requireAccount("/account/security");
  const { error, via, for: asked } = await searchParams;
  const [account, passkeys, connections, codesLeft] = await onPage(() =>
    Promise.all([findOwnAccount(ctx), listPasskeys(ctx), listConnections(ctx), countCodesLeft(ctx)]),
  );
  const { hasPassword, secondFactorSince } = account;
  return (
    <>
      <PageHeader title="Sign-in">How you prove that it is you. A letter tells you of every change.</PageHeader>
      <AskedFor slug={one(asked)} met={secondFactorSince !== null || passkeys.length > 0} />
      <Section
        title="Password"
        lead={
          hasPassword ? "Changing it signs every other browser out." : "This account has none. A letter can set one."
        }
        action={
          <ChangePassword
            hasPassword={hasPassword}
            onChange={actions.changePassword}
            onLetter={actions.sendPasswordLetter}
          />
        }
      />
      <SecondFactor
        on={secondFactorSince !== null}
        codesLeft={codesLeft}
        hasPassword={hasPassword}
        onStart={actions.beginSecondFactor}
        onEnable={actions.turnSecondFactorOn}
        onDisable={actions.turnSecondFactorOff}
        onRenewCodes={actions.makeRecoveryCodes}
      />
      <Passkeys
        passkeys={passkeys}
        now={ctx.now}
        hasPassword={hasPassword}
        onStart={passkeyActions.beginPasskey}
        onAdd={passkeyActions.keepPasskey}
        onRename={passkeyActions.namePasskey}
        onRemove={passkeyActions.endPasskey}
      />
      {connections.length > 0 ? (
        <Connections
          connections={connections}
          hasPassword={hasPassword}
          problem={problemOf(one(error), one(via), connections)}
          onStart={actions.beginConnecting}
          onDisconnect={actions.disconnect}
        />
      ) : null}
    </>
  );
}

/** Which workspace sent somebody here, because its team needs a second factor. */
function AskedFor({ slug, met }: { slug: string | undefined; met: boolean }) {
  if (!TenantSlug.safeParse(slug).success) return null;
  return (
    <p role="status" className="mb-4 rounded-lg border border-line bg-surface p-4 text-sm">
      {met
        ? "You have a second factor now. "
        : "A second factor is needed there: turn one on below, or add a passkey. "}
      <Link href={`/t/${slug}`} className="text-accent-ink underline">
        {met ? `Go on to ${slug}` : `Back to ${slug}`}
      </Link>
    </p>
  );
}
