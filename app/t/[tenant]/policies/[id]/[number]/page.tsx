import type { Metadata } from "next";
import Link from "next/link";
import { DiscardDraft } from "#components/policies/discard-draft.tsx";
import { EnforceButton } from "#components/policies/enforce-button.tsx";
import { LineChanges, PolicyLines } from "#components/policies/lines.tsx";
import { PolicyForm } from "#components/policies/policy-form.tsx";
import { StartDraft } from "#components/policies/start-draft.tsx";
import { VersionState } from "#components/policies/state-badge.tsx";
import { Section } from "#components/registry/section.tsx";
import { Trail } from "#components/registry/trail.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { compareVersions, type PolicyView, type VersionView, viewVersion } from "#lib/policies/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { activate, beginDraft, preview, restore, throwAway, writeDraft } from "../../actions.ts";
import { unless } from "../../unless.ts";

export const metadata: Metadata = { title: "Version of a policy" };

interface Props {
  params: Promise<{ tenant: string; id: string; number: string }>;
  searchParams: Promise<Query>;
}

export default async function VersionPage({ params, searchParams }: Props) {
  const { tenant, id, number } = await params;
  const { ctx } = await requireTeam(tenant);
  const { slug } = ctx.tenant;
  const { with: other } = given(await searchParams, ["with"]);
  const { policy, version } = await onPage(() => viewVersion(ctx, { policyId: id, number: Number(number) }));
  const products = await onPage(() => listProducts(ctx));
  const { createdAt, createdBy, note } = version;
  return (
    <>
      <Trail href={`/t/${slug}/policies/${id}`}>{policy.name}</Trail>
      <PageHeader title={`Version ${version.number}`} action={<Actions ctx={ctx} policy={policy} version={version} />}>
        <VersionState state={version.state} /> Written <Time at={createdAt} now={ctx.now} /> by {createdBy}.{" "}
        {note ? `“${note}”` : ""}
      </PageHeader>
      {version.state === "draft" ? (
        <PolicyForm
          key={JSON.stringify([version.document, note])}
          kind={version.kind}
          products={products.map((product) => product.slug)}
          document={{ ...version.document }}
          note={note}
          decision={decide(ctx.actor, "policy.edit")}
          onSave={writeDraft.bind(null, slug, { policyId: id, number: version.number })}
        />
      ) : (
        <PolicyLines lines={version.lines} />
      )}
      <Compared ctx={ctx} policy={policy} version={version} other={other} />
    </>
  );
}

interface Shown {
  ctx: Ctx;
  policy: PolicyView;
  version: VersionView;
}

function Actions({ ctx, policy, version: { number, state } }: Shown) {
  const { slug } = ctx.tenant;
  const key = { policyId: policy.id, number };
  const drafting = unless(
    decide(ctx.actor, "policy.edit"),
    policy.draft !== null,
    `Version ${policy.draft} is a draft already: go on with that, or discard it.`,
  );
  const onPreview = preview.bind(null, slug, key);
  const consequence = policy.active ? `Version ${policy.active} is archived by it.` : "No version is in force so far.";
  if (state === "draft") {
    return (
      <div className="flex flex-wrap gap-2">
        <DiscardDraft
          number={number}
          only={policy.versions === 1}
          decision={decide(ctx.actor, "policy.edit")}
          onDiscard={throwAway.bind(null, slug, key)}
        />
        <EnforceButton
          verb="Put in force"
          title={`Put version ${number} in force?`}
          consequence={`${consequence} What counts is the draft as it was saved.`}
          decision={decide(ctx.actor, "policy.edit")}
          variant="primary"
          onPreview={onPreview}
          onConfirm={activate.bind(null, slug, key)}
        />
      </div>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      <StartDraft decision={drafting} onStart={beginDraft.bind(null, slug, key)} />
      {state === "archived" ? (
        <EnforceButton
          verb="Restore"
          title={`Put version ${number} in force again?`}
          consequence={consequence}
          decision={decide(ctx.actor, "policy.restore")}
          onPreview={onPreview}
          onConfirm={restore.bind(null, slug, key)}
        />
      ) : null}
    </div>
  );
}

/** What is otherwise than in another version: the one that was asked for, else the one in force, else the one before. */
async function Compared({ ctx, policy, version, other }: Shown & { other: string | undefined }) {
  const others = policy.all.map(({ number }) => number).filter((number) => number !== version.number);
  const fallback = policy.active !== null && policy.active !== version.number ? policy.active : others[0];
  const from = others.find((number) => String(number) === other) ?? fallback;
  if (from === undefined) return null;
  const { changes } = await onPage(() => compareVersions(ctx, { policyId: policy.id, from, to: version.number }));
  const here = `/t/${ctx.tenant.slug}/policies/${policy.id}/${version.number}`;
  return (
    <Section title={`Compared with version ${from}`}>
      {others.length > 1 ? (
        <nav aria-label="Other versions" className="mb-2 flex flex-wrap gap-x-3 gap-y-1 text-[13px]">
          {others.map((number) => (
            <Link
              key={number}
              href={`${here}?with=${number}`}
              aria-current={number === from ? "true" : undefined}
              className={`rounded ${number === from ? "font-medium text-ink" : "text-accent-ink hover:underline"}`}
            >
              Version {number}
            </Link>
          ))}
        </nav>
      ) : null}
      {changes.length > 0 ? (
        <LineChanges changes={changes} columns={[`Version ${from}`, `Version ${version.number}`]} />
      ) : (
        <p className="text-sm text-soft">They say the same.</p>
      )}
    </Section>
  );
}
