import type { Metadata } from "next";
import { BackupActions } from "#components/backups/backup-actions.tsx";
import { ContentsTable } from "#components/backups/contents-table.tsx";
import { LookDialog } from "#components/backups/look-dialog.tsx";
import { OpenDialog } from "#components/backups/open-dialog.tsx";
import { STATES } from "#components/backups/words.ts";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { type CapabilityDecision, decide } from "#lib/access/index.ts";
import { type BackupRow, type Contents, viewBackup } from "#lib/backup/index.ts";
import type { Ctx } from "#lib/context.ts";
import { byteSize, exactTime, plural } from "#lib/format.ts";
import { decideCreatingTenants } from "#lib/tenancy/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { look, open, remove, verify } from "../actions.ts";

export const metadata: Metadata = { title: "Backup" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
}

export default async function BackupPage({ params }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/backups`;
  const backup = await onPage(() => viewBackup(ctx, id));
  const { word, tone } = STATES[backup.state];
  const of = (capability: "backup.create" | "backup.restore" | "backup.delete") => decide(ctx.actor, capability);
  const day = backup.startedAt.toISOString().slice(0, 16).replace("T", " ");
  return (
    <>
      <Trail href={base}>Backups</Trail>
      <PageHeader
        title={backup.origin === "made" ? `Backup of ${day}` : `Backup uploaded ${day}`}
        action={
          <Action
            ctx={ctx}
            backup={backup}
            newWorkspace={backup.state === "kept" ? await decideCreatingTenants(ctx) : null}
          />
        }
      >
        <Badge tone={tone}>{word}</Badge>
      </PageHeader>
      {backup.error ? (
        <p role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-danger-ink text-sm">
          {backup.error}
        </p>
      ) : null}
      <Facts facts={factsOf(backup, ctx.now)} />
      <BackupActions
        kept={backup.state === "kept"}
        href={`${base}/${id}`}
        runs={`/t/${slug}/runs`}
        day={day}
        decisions={{ verify: of("backup.create"), download: of("backup.restore"), remove: of("backup.delete") }}
        onVerify={verify.bind(null, slug, id)}
        onDelete={remove.bind(null, slug)}
      />
      {backup.contents ? (
        <Section title="What is in it">
          <ContentsTable tables={backup.contents.tables} />
        </Section>
      ) : null}
    </>
  );
}

interface ActionProps {
  ctx: Ctx;
  backup: BackupRow;
  /** Whether they may make a workspace of it; null where it can't be restored yet. */
  newWorkspace: CapabilityDecision | null;
}

function Action({ ctx, backup: { id, state, bytes, contents }, newWorkspace }: ActionProps) {
  const { slug } = ctx.tenant;
  const decision = decide(ctx.actor, "backup.restore");
  if (state === "unread" && bytes !== null)
    return <OpenDialog decision={decision} backupId={id} runs={`/t/${slug}/runs`} onOpen={open.bind(null, slug)} />;
  if (!newWorkspace) return null;
  return (
    <LookDialog
      decision={decision}
      backupId={id}
      base={`/t/${slug}/backups`}
      foreign={contents?.from?.own === false}
      newWorkspace={newWorkspace}
      onLook={look.bind(null, slug)}
    />
  );
}

function fromOf({ from }: Contents): [string, string][] {
  if (!from) return [];
  const { slug, instance, takenAt, own, sealed } = from;
  const at = sealed ? "written by this Purser" : `written at ${instance}, with another key than this one's`;
  return [
    ["Of", own ? "this workspace" : `the workspace ${slug}, ${at}: it can be restored into a new workspace alone`],
    ["Made there", exactTime(new Date(takenAt))],
  ];
}

function factsOf(backup: BackupRow, now: Date) {
  const { startedByLabel, startedAt, verifiedAt, bytes, sha256, contents, withBytes, origin } = backup;
  const layers = contents
    ? `${contents.blobs}, ${byteSize(contents.blobBytes)}${withBytes ? "" : ", not in the file"}`
    : "–";
  return [
    [origin === "made" ? "Made by" : "Uploaded by", startedByLabel],
    [origin === "made" ? "Taken" : "Uploaded", exactTime(startedAt)],
    ...(contents ? fromOf(contents) : []),
    ["Verified", verifiedAt ? <Time key="verified" at={verifiedAt} now={now} /> : "Not whole, or never"],
    ["Size", bytes === null ? "–" : byteSize(bytes)],
    ["Layers and files", layers],
    ...(contents?.unfetched
      ? [
          [
            "Not in it",
            `${plural(contents.unfetched, "layer")} that nobody fetched from upstream: import them first`,
          ] as const,
        ]
      : []),
    [
      "SHA-256",
      <span key="sha" className="font-mono text-xs">
        {sha256 ?? "–"}
      </span>,
    ],
  ] as const;
}
