import type { Metadata } from "next";
import { ArchiveWorkspace, DeleteWorkspace } from "#components/tenants/closing.tsx";
import { SettingsForm } from "#components/tenants/settings-form.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listPolicies } from "#lib/policies/index.ts";
import { DELETION_DELAY_DAYS, viewTenant } from "#lib/tenancy/index.ts";
import { onPage, publicUrl, requireTeam } from "#lib/web/index.ts";
import { deleteWorkspace, saveSettings, setArchived } from "./actions.ts";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { ctx } = await requireTeam((await params).tenant);
  const { slug } = ctx.tenant;
  const [tenant, policies] = await onPage(() => Promise.all([viewTenant(ctx), listPolicies(ctx)]));
  const ruling = policies.find(({ kind, active }) => kind === "access" && active !== null);
  const { name, graceDays, storefrontEnabled, endlessTokens, archivedAt, deletionRequestedAt } = tenant;
  return (
    <>
      <PageHeader title="Settings">What holds for the whole workspace. Every change is in the audit log.</PageHeader>
      <SettingsForm
        tenant={{ name, slug, graceDays, storefrontEnabled, endlessTokens }}
        storefrontUrl={publicUrl(`/store/${slug}`)}
        decision={decide(ctx.actor, "tenant.update")}
        ruledBy={ruling ? { name: ruling.name, href: `/t/${slug}/policies/${ruling.id}` } : null}
        onSave={saveSettings.bind(null, slug)}
      />
      {/* Where it is about to be deleted, the way back is in the banner above. */}
      {deletionRequestedAt ? null : (
        <section aria-labelledby="closing" className="mt-8 max-w-2xl">
          <h2 id="closing" className="mb-2 font-semibold text-sm">
            Closing it
          </h2>
          <div className="divide-y divide-line rounded-lg border border-line bg-surface">
            <ArchiveWorkspace
              name={name}
              archived={archivedAt !== null}
              decision={decide(ctx.actor, "tenant.archive")}
              onSet={setArchived.bind(null, slug)}
            />
            <DeleteWorkspace
              name={name}
              days={DELETION_DELAY_DAYS}
              decision={decide(ctx.actor, "tenant.delete")}
              onDelete={deleteWorkspace.bind(null, slug)}
            />
          </div>
        </section>
      )}
    </>
  );
}
