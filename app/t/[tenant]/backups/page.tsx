import type { Metadata } from "next";
import { BackupsTable } from "#components/backups/backups-table.tsx";
import { MakeBackup } from "#components/backups/make-backup.tsx";
import { PassphraseDialog } from "#components/backups/passphrase-dialog.tsx";
import { ScheduleDialog } from "#components/backups/schedule-dialog.tsx";
import { UploadDialog } from "#components/backups/upload-dialog.tsx";
import { scheduleWords } from "#components/backups/words.ts";
import { Section } from "#components/registry/section.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { listBackups, type SettingsView, viewBackupSettings } from "#lib/backup/index.ts";
import type { Ctx } from "#lib/context.ts";
import { plural } from "#lib/format.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { make, open, passphrase, settings as saveSettings, upload } from "./actions.ts";

export const metadata: Metadata = { title: "Backups" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function BackupsPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { before } = given(await searchParams, ["before"]);
  const base = `/t/${ctx.tenant.slug}`;
  const here = `${base}/backups`;
  const [{ backups, next }, settings] = await onPage(
    () => Promise.all([listBackups(ctx, { before }), viewBackupSettings(ctx)]),
    here,
  );
  const create = decide(ctx.actor, "backup.create");
  return (
    <>
      <PageHeader
        title="Backups"
        action={
          <div className="flex flex-wrap gap-2">
            <UploadDialog
              decision={decide(ctx.actor, "backup.restore")}
              runs={`${base}/runs`}
              onBegin={upload.bind(null, ctx.tenant.slug)}
              onOpen={open.bind(null, ctx.tenant.slug)}
            />
            <MakeBackup
              decision={create}
              ready={settings !== null}
              runs={`${base}/runs`}
              onMake={make.bind(null, ctx.tenant.slug)}
            />
          </div>
        }
      >
        All that the workspace has, in one encrypted file each. Nobody opens one without the passphrase, the people who
        run this instance included.
      </PageHeader>
      {backups.length === 0 ? (
        <EmptyState title="No backups so far">
          {settings ? "Make one now, or set a schedule below." : "An owner sets a passphrase first: see below."}
        </EmptyState>
      ) : (
        <BackupsTable backups={backups} base={here} now={ctx.now} />
      )}
      <Pager label="Pages of backups" first={before ? here : null} next={next ? `${here}?before=${next}` : null} />
      <Settings ctx={ctx} settings={settings} />
    </>
  );
}

function Settings({ ctx, settings }: { ctx: Ctx; settings: SettingsView | null }) {
  const decision = decide(ctx.actor, "backup.delete");
  const { slug } = ctx.tenant;
  const none = "None: no backup can be made";
  return (
    <Section title="How backups are made">
      <Facts
        facts={[
          [
            "Passphrase",
            settings ? (
              <>
                Set <Time at={settings.keyMadeAt} now={ctx.now} />
              </>
            ) : (
              none
            ),
          ],
          ["Schedule", settings ? scheduleWords(settings) : "Off"],
          ["Next", settings?.dueAt ? <Time key="due" at={settings.dueAt} now={ctx.now} /> : "When somebody makes one"],
          ["Layers and files", settings?.withBytes ? "With their bytes" : "Named, without their bytes"],
          ["Kept", settings ? `the last ${settings.keepLast}, and ${plural(settings.keepDays, "day")}` : "–"],
        ]}
      />
      <div className="mt-3 flex flex-wrap gap-2">
        <PassphraseDialog decision={decision} set={settings !== null} onSet={passphrase.bind(null, slug)} />
        {settings ? (
          <ScheduleDialog decision={decision} settings={settings} onSave={saveSettings.bind(null, slug)} />
        ) : null}
      </div>
    </Section>
  );
}
