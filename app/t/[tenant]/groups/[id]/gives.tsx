import { GiveProduct } from "#components/groups/give-product.tsx";
import { GroupRole } from "#components/groups/group-role.tsx";
import { MovingButton } from "#components/groups/moving-button.tsx";
import { Section } from "#components/registry/section.tsx";
import { type Capability, type CapabilityDecision, decide } from "#lib/access/index.ts";
import { listProducts } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { GROUP_ROLES, type GroupRow } from "#lib/entitlements/index.ts";
import { decideGiving } from "#lib/tenancy/index.ts";
import { onPage } from "#lib/web/index.ts";
import { giveProduct, previewChange, previewRole, setRole, takeProduct } from "../actions.ts";

/** What a group gives: products, and a role on the team. */
export async function Gives({ ctx, group }: { ctx: Ctx; group: GroupRow }) {
  const { slug } = ctx.tenant;
  const products = await onPage(() => listProducts(ctx));
  const others = products.filter(({ id }) => !group.products.some((given) => given.id === id));
  const may = (capability: Capability) => both(decide(ctx.actor, "group.manage"), decide(ctx.actor, capability));
  const take = may("entitlement.revoke");
  const nothing = group.products.length === 0 && !group.role;
  return (
    <Section title="Gives">
      <div className="flex flex-wrap items-center gap-2">
        {nothing ? <p className="text-[13px] text-soft">Nothing yet.</p> : null}
        {group.products.map((product) => (
          <span key={product.id} className={CHIP}>
            {product.name}
            <MovingButton
              small
              verb="Remove"
              label={`Remove ${product.name}`}
              title={`No longer give ${product.name}?`}
              consequence={`What ${group.name} gave of it ends. Grants of other sources stay.`}
              decision={take}
              onPreview={previewChange.bind(null, slug, { change: "take", groupId: group.id, productId: product.id })}
              onConfirm={takeProduct.bind(null, slug, group.id, product.id)}
            />
          </span>
        ))}
        {group.role ? <span className={CHIP}>Team role: {group.role}</span> : null}
        <GiveProduct
          key={group.products.length}
          group={group}
          products={others.map(({ id, name }) => ({ id, name }))}
          decision={may("entitlement.grant")}
          onGive={giveProduct.bind(null, slug, group.id)}
        />
        <GroupRole
          group={group}
          roles={GROUP_ROLES.filter((role) => decideGiving(ctx.actor, role).allowed)}
          decision={may("team.changeRole")}
          onPreview={previewRole.bind(null, slug, group.id)}
          onSave={setRole.bind(null, slug, group.id)}
        />
      </div>
    </Section>
  );
}

const CHIP =
  "flex min-h-8 items-center gap-2 rounded-md border border-line bg-surface py-1 pr-1 pl-2.5 text-sm last:pr-2.5";

export function both(first: CapabilityDecision, second: CapabilityDecision): CapabilityDecision {
  return first.allowed ? second : first;
}
