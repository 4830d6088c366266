import type { Metadata } from "next";
import { BackupActions } from "#components/backups/backup-actions.tsx";
import { ContentsTable } from "#components/backups/contents-table.tsx";
import { LookDialog } from "#components/backups/look-dialog.tsx";
import { STATES } from "#components/backups/words.ts";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { type BackupRow, viewBackup } from "#lib/backup/index.ts";
import { byteSize, exactTime } from "#lib/format.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { look, remove, verify } from "../actions.ts";

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
        title={`Backup of ${day}`}
        action={
          backup.state === "kept" ? (
            <LookDialog decision={of("backup.restore")} backupId={id} base={base} onLook={look.bind(null, slug)} />
          ) : null
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

function factsOf({ startedByLabel, startedAt, verifiedAt, bytes, sha256, contents, withBytes }: BackupRow, now: Date) {
  const layers = contents
    ? `${contents.blobs}, ${byteSize(contents.blobBytes)}${withBytes ? "" : ", not in the file"}`
    : "–";
  return [
    ["Made by", startedByLabel],
    ["Taken", `${exactTime(startedAt)}`],
    ["Verified", verifiedAt ? <Time key="verified" at={verifiedAt} now={now} /> : "Not whole, or never"],
    ["Size", bytes === null ? "–" : byteSize(bytes)],
    ["Layers and files", layers],
    [
      "SHA-256",
      <span key="sha" className="font-mono text-xs">
        {sha256 ?? "–"}
      </span>,
    ],
  ] as const;
}
