import type { Metadata } from "next";
import { PictureTable } from "#components/compliance/picture-table.tsx";
import { PrintButton } from "#components/compliance/print-button.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Facts } from "#components/ui/facts.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { type SnapshotView, viewSnapshot } from "#lib/compliance/index.ts";
import { exactTime } from "#lib/format.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { sectionsOf } from "./sections.ts";

export const metadata: Metadata = { title: "Compliance snapshot" };

interface Props {
  params: Promise<{ tenant: string; id: string }>;
}

export default async function SnapshotPage({ params }: Props) {
  const { tenant, id } = await params;
  const { ctx } = await requireTeam(tenant);
  const here = `/t/${ctx.tenant.slug}/compliance`;
  const snapshot = await onPage(() => viewSnapshot(ctx, id));
  const { picture } = snapshot;
  return (
    <>
      <Trail href={here}>Compliance</Trail>
      <PageHeader
        title={`${picture.tenant.name}, ${exactTime(new Date(picture.takenAt))}`}
        action={<Files base={`${here}/${id}`} />}
      >
        <span className="flex flex-wrap items-center gap-2">
          <SignatureBadge snapshot={snapshot} /> Taken by {picture.takenBy}.
        </span>
      </PageHeader>
      <Facts facts={factsOf(snapshot)} />
      {sectionsOf(picture).map((section) => (
        <PictureTable key={section.title} {...section} />
      ))}
    </>
  );
}

function Files({ base }: { base: string }) {
  return (
    <div className="flex flex-wrap gap-2 print:hidden">
      <a href={`${base}/export?format=json`} download className={buttonClass({ size: "sm" })}>
        JSON, signed
      </a>
      <a href={`${base}/export?format=csv`} download className={buttonClass({ size: "sm" })}>
        CSV
      </a>
      <PrintButton />
    </div>
  );
}

function SignatureBadge({ snapshot: { holds, ours } }: { snapshot: SnapshotView }) {
  if (!holds) return <Badge tone="danger">Its signature is wrong</Badge>;
  return ours ? (
    <Badge tone="good">Signed by this instance</Badge>
  ) : (
    <Badge tone="warn">Signed with a former key</Badge>
  );
}

function factsOf({ picture: { audit, policies, stripe }, signature }: SnapshotView) {
  return [
    ["SHA-256", <code key="sha256">{signature.sha256}</code>],
    ["Signature (Ed25519)", <code key="signature">{signature.value}</code>],
    ["Audit log", `${audit.rows} rows, up to ${audit.hash ?? "none"}`],
    ["Days of grace", String(policies.graceDays)],
    ["Tokens without an end", policies.endlessTokens ? "work" : "are refused"],
    ["Stripe", stripeOf(stripe)],
  ] as const;
}

function stripeOf(stripe: SnapshotView["picture"]["stripe"]): string {
  if (!stripe) return "not connected";
  if (!stripe.drift) return `could not be compared: ${stripe.problem}`;
  return stripe.drift.length === 0
    ? "agrees with the ledger"
    : `differs in ${stripe.drift.length}: ${stripe.drift.slice(0, 5).join("; ")}`;
}
