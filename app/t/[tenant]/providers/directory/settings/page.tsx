import type { Metadata } from "next";
import Link from "next/link";
import { ClaimForm } from "#components/directory/claim-form.tsx";
import { ClaimGroupDialog } from "#components/directory/claim-group-dialog.tsx";
import { DisconnectDirectory } from "#components/directory/disconnect-directory.tsx";
import { NewSecret } from "#components/directory/new-secret.tsx";
import { RequestsTable } from "#components/directory/requests-table.tsx";
import { SecretsTable } from "#components/directory/secrets-table.tsx";
import { Steps } from "#components/directory/steps.tsx";
import { SyncButton } from "#components/directory/sync-button.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import type { Ctx } from "#lib/context.ts";
import {
  claimProviders,
  countDirectory,
  listDirectoryRequests,
  listDirectorySecrets,
  viewDirectory,
} from "#lib/directory/index.ts";
import { onPage, publicUrl, requireTeam } from "#lib/web/index.ts";
import { addClaimGroup } from "../../../groups/actions.ts";
import { disconnect, newSecret, previewDirectory, previewEnd, revokeSecret, saveClaims, startSync } from "./actions.ts";

export const metadata: Metadata = { title: "Directory" };

export default async function DirectoryPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const counts = await onPage(() => countDirectory(ctx));
  return (
    <>
      <Trail href={`/t/${slug}/providers`}>Providers</Trail>
      <PageHeader
        title="Directory"
        action={
          <SyncButton
            decision={decide(ctx.actor, "group.sync")}
            runs={`/t/${slug}/runs`}
            onPreview={previewDirectory.bind(null, slug)}
            onStart={startSync.bind(null, slug)}
          />
        }
      >
        Your identity provider says who is a member, and in which groups. What the{" "}
        <Link href={`/t/${slug}/groups`} className="rounded text-accent-ink underline">
          groups
        </Link>{" "}
        give follows at once; whoever leaves it loses access with their next request.
      </PageHeader>
      <Facts
        facts={[
          ["People", `${counts.users} (${counts.inactive} inactive)`],
          ["Waiting for an account", counts.waiting],
          ["Groups", `${counts.scimGroups} from SCIM, ${counts.claimGroups} from sign-in`],
        ]}
      />
      <Scim ctx={ctx} />
      <Claims ctx={ctx} />
      <Requests ctx={ctx} />
      <Section title="Disconnect">
        <p className="mb-3 max-w-prose text-[13px] text-soft">
          Ends the connection for good: secrets, the claim, and whom the directory told of. You choose what becomes of
          its groups, and see beforehand who loses what.
        </p>
        <DisconnectDirectory
          decision={decide(ctx.actor, "provider.manage")}
          groups={counts.scimGroups + counts.claimGroups}
          onPreview={previewEnd.bind(null, slug)}
          onDisconnect={disconnect.bind(null, slug)}
        />
      </Section>
    </>
  );
}

async function Scim({ ctx }: { ctx: Ctx }) {
  const { slug } = ctx.tenant;
  const secrets = await onPage(() => listDirectorySecrets(ctx));
  const decision = decide(ctx.actor, "provider.manage");
  const url = publicUrl(`/scim/v2/${slug}`);
  return (
    <Section title="SCIM 2.0">
      <div className="grid gap-4">
        <div className="grid gap-1">
          <p className="font-medium text-[13px]">Base URL</p>
          <CopyField label="Base URL" value={url} />
        </div>
        {secrets.length === 0 ? (
          <EmptyState title="No directory is connected">
            Make a secret, and give it to your identity provider together with the base URL.
          </EmptyState>
        ) : (
          <SecretsTable
            secrets={secrets}
            now={ctx.now}
            decision={decision}
            onRevoke={(secretId) => revokeSecret.bind(null, slug, secretId)}
          />
        )}
        <div className="flex flex-wrap items-center gap-3">
          <NewSecret decision={decision} url={url} onCreate={newSecret.bind(null, slug)} />
          <p className="text-[13px] text-soft">Two may hold at once: the new one, then revoke the old one.</p>
        </div>
        <Steps />
      </div>
    </Section>
  );
}

async function Claims({ ctx }: { ctx: Ctx }) {
  const { slug } = ctx.tenant;
  const directory = await onPage(() => viewDirectory(ctx));
  const providers = claimProviders();
  const settings = { provider: directory?.claimProvider ?? null, claim: directory?.claim ?? "groups" };
  const known = providers.some(({ key }) => key === settings.provider);
  const gone = settings.provider && !known ? [{ key: settings.provider, name: `${settings.provider} (gone)` }] : [];
  return (
    <Section title="Claim at sign-in">
      <p className="mb-3 max-w-prose text-[13px] text-soft">
        Members who sign in with a provider may bring the groups that they are in. It counts for an address that the
        provider has verified, and makes nobody a member.
      </p>
      {providers.length === 0 && !settings.provider ? (
        <EmptyState title="No OpenID Connect provider is set up">
          The instance's administrators set one up: OIDC_ISSUER, or Google.
        </EmptyState>
      ) : (
        <div className="grid gap-4">
          <ClaimForm
            decision={decide(ctx.actor, "provider.manage")}
            providers={[...providers, ...gone]}
            settings={settings}
            onSave={saveClaims.bind(null, slug)}
          />
          <div>
            <ClaimGroupDialog decision={decide(ctx.actor, "group.manage")} onSave={addClaimGroup.bind(null, slug)} />
          </div>
        </div>
      )}
    </Section>
  );
}

async function Requests({ ctx }: { ctx: Ctx }) {
  const requests = await onPage(() => listDirectoryRequests(ctx));
  return (
    <Section title="Last requests">
      {requests.length === 0 ? (
        <EmptyState title="The directory has not sent anything yet">
          Have it test the connection: what it asks, and what it is answered, stands here.
        </EmptyState>
      ) : (
        <RequestsTable requests={requests} now={ctx.now} />
      )}
    </Section>
  );
}
