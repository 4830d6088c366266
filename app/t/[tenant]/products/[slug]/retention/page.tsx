import type { Metadata } from "next";
import { RetentionForm } from "#components/registry/retention-form.tsx";
import { Time } from "#components/ui/time.tsx";
import { decide } from "#lib/access/index.ts";
import { viewProduct, viewTagRules } from "#lib/catalog/index.ts";
import { onPage, requireTeam } from "#lib/web/index.ts";
import { ProductFrame } from "../frame.tsx";
import { RuledBy, unlessRuled } from "../ruled-by.tsx";
import { askRetention, saveRetention, takeByRetention } from "./actions.ts";

export const metadata: Metadata = { title: "Retention" };

export default async function RetentionPage({ params }: { params: Promise<{ tenant: string; slug: string }> }) {
  const { tenant, slug } = await params;
  const { ctx } = await requireTeam(tenant);
  const product = await onPage(() => viewProduct(ctx, slug));
  const { retention, appliedAt, by } = await onPage(() => viewTagRules(ctx, product.id));
  const own = ctx.tenant.slug;
  return (
    <ProductFrame tenant={own} product={product} current="Retention">
      <p className="mb-4 max-w-2xl text-sm text-soft">
        What is kept of this product’s tags. A tag goes that none of these rules keeps, with its image and whatever
        belongs to that alone; immutable tags never do. Without a number or an age no tag goes.{" "}
        {appliedAt ? (
          <>
            Last applied <Time at={appliedAt} now={ctx.now} />.
          </>
        ) : null}
      </p>
      <RuledBy by={by.retention} tenant={own} />
      <RetentionForm
        key={JSON.stringify(retention)}
        product={{ id: product.id, slug: product.slug }}
        rule={retention}
        saving={unlessRuled(decide(ctx.actor, "product.update"), by.retention)}
        applying={decide(ctx.actor, "registry.delete")}
        onSave={saveRetention.bind(null, own)}
        onPreview={askRetention.bind(null, own)}
        onApply={takeByRetention.bind(null, own)}
      />
    </ProductFrame>
  );
}
