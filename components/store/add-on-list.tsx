import { Badge } from "#components/ui/badge.tsx";
import { BuyButton, type Buying, type ShownOffer } from "./buy-button.tsx";
import { PriceLine } from "./price-line.tsx";

/** What can be bought on top of the membership, with what it gives. */
export function AddOnList({ addOns, buying }: { addOns: ShownOffer[]; buying: Buying }) {
  return (
    <section aria-labelledby="add-ons">
      <h2 id="add-ons" className="font-semibold text-base tracking-tight">
        Add-ons
      </h2>
      <p className="mb-3 text-[13px] text-soft">
        On top of a membership: each opens a product that it does not include.
      </p>
      <ul className="grid gap-3 sm:grid-cols-2">
        {addOns.map((offer) => (
          <li
            key={offer.priceId}
            className="wrap-anywhere flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
          >
            <h3 className="flex flex-wrap items-center gap-2 font-medium text-sm">
              {offer.name} {offer.has ? <Badge tone="good">Yours</Badge> : null}
            </h3>
            <PriceLine offer={offer} />
            <ul className="grid gap-1.5 text-[13px]">
              {offer.gives.map(({ id, name, description }) => (
                <li key={id}>
                  <span className="font-medium">{name}</span>
                  {description ? <span className="block text-soft">{description}</span> : null}
                </li>
              ))}
            </ul>
            <div className="mt-auto">
              <BuyButton offer={offer} buying={buying} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
