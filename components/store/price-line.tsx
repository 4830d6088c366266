import { money, period } from "#lib/format.ts";
import type { ShownOffer } from "./buy-button.tsx";

/** What something costs: the amount, and how often. */
export function PriceLine({
  offer,
}: {
  offer: Pick<ShownOffer, "unitAmount" | "currency" | "interval" | "intervalCount">;
}) {
  const { unitAmount, currency, interval, intervalCount } = offer;
  return (
    <p className="text-sm">
      <span className="font-semibold text-xl tracking-tight">{money(unitAmount ?? 0, currency)}</span>{" "}
      <span className="text-soft">{period(interval, intervalCount)}</span>
    </p>
  );
}
