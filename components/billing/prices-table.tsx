import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import { money, period } from "#lib/format.ts";
import { PriceDialog, type PriceDialogProps } from "./price-dialog.tsx";

interface Price {
  priceId: string;
  name: string;
  unitAmount: number | null;
  currency: string;
  interval: string | null;
  intervalCount: number;
  active: boolean;
  membership: boolean;
  products: { id: string; name: string; restricted: boolean }[];
  unsellable: string | null;
}

interface Props extends Omit<PriceDialogProps, "price"> {
  caption: string;
  prices: Price[];
}

/** Prices of Stripe with what each means here, and the way to change that. */
export function PricesTable({ caption, prices, ...dialog }: Props) {
  return (
    <Table caption={caption} columns={["Price", "Costs", "Means here", ""]}>
      {prices.map((price) => (
        <Row key={price.priceId}>
          <Cell className="sm:w-[34%]">
            <span className="font-medium">{price.name}</span>{" "}
            {price.active ? null : <Badge tone="warn">No longer sold</Badge>}
            <div className="font-mono text-soft text-xs">{price.priceId}</div>
          </Cell>
          <Cell label="Costs">{costs(price)}</Cell>
          <Cell label="Means here">
            <Meaning price={price} />
          </Cell>
          <Cell className="sm:text-right">
            {price.unsellable && !price.membership && price.products.length === 0 ? null : (
              <PriceDialog
                price={{
                  priceId: price.priceId,
                  name: price.name,
                  membership: price.membership,
                  productIds: price.products.map(({ id }) => id),
                }}
                {...dialog}
              />
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function costs({ unitAmount, currency, interval, intervalCount }: Price): string {
  if (unitAmount === null) return "No fixed amount";
  return `${money(unitAmount, currency)} ${period(interval, intervalCount)}`;
}

function Meaning({ price: { membership, interval, products, unsellable } }: { price: Price }) {
  if (!membership && products.length === 0) {
    return <span className="text-[13px] text-soft">{unsellable ?? "Nothing"}</span>;
  }
  return (
    <span className="flex flex-wrap gap-1.5">
      {membership ? <Badge tone="accent">{interval ? "Membership" : "Membership for life"}</Badge> : null}
      {products.map(({ id, name, restricted }) => (
        <Badge key={id} tone={restricted ? "good" : "neutral"}>
          {name}
          {restricted ? "" : " · open to members already"}
        </Badge>
      ))}
    </span>
  );
}
