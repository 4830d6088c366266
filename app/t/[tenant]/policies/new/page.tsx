import type { Metadata } from "next";
import { PolicyForm } from "#components/policies/policy-form.tsx";
import { isKind, KIND_WORDS, KINDS, type Kind } from "#components/policies/words.ts";
import { Trail } from "#components/registry/trail.tsx";
import { LinkTabs } from "#components/ui/link-tabs.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import { given, onPage, type Query, requireTeam } from "#lib/web/index.ts";
import { addPolicy } from "../actions.ts";

export const metadata: Metadata = { title: "Add policy" };

interface Props {
  params: Promise<{ tenant: string }>;
  searchParams: Promise<Query>;
}

export default async function NewPolicyPage({ params, searchParams }: Props) {
  const { ctx } = await requireTeam((await params).tenant);
  const { kind: asked } = given(await searchParams, ["kind"]);
  const kind: Kind = isKind(asked) ? asked : "retention";
  const { slug } = ctx.tenant;
  const base = `/t/${slug}/policies`;
  const products = await onPage(() => listProducts(ctx));
  const tabs = KINDS.map((one) => ({ path: `?kind=${one}`, label: KIND_WORDS[one].label }));
  return (
    <>
      <Trail href={base}>Policies</Trail>
      <PageHeader title="Add policy">{KIND_WORDS[kind].about} It begins as a draft and rules nothing yet.</PageHeader>
      <LinkTabs name="Kinds of policies" tabs={tabs} base={`${base}/new`} current={KIND_WORDS[kind].label} />
      <PolicyForm
        key={kind}
        kind={kind}
        products={products.map((product) => product.slug)}
        document={null}
        fresh
        decision={decide(ctx.actor, "policy.edit")}
        onSave={addPolicy.bind(null, slug, kind)}
      />
    </>
  );
}
