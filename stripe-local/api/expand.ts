import { type Account, copy } from "../account.ts";
import { paymentsOf } from "../commerce/invoices.ts";
import { refundsOf } from "../commerce/payments.ts";
import { badParam } from "../failures.ts";
import { listShape } from "../shapes/subscription.ts";

type Shown = Record<string, unknown>;

const DEPTH_MAX = 4;

// Lists that an object carries only where it is asked to.
const INCLUDABLE: Record<string, (account: Account, id: string) => unknown> = {
  "checkout.session.line_items": (account, id) =>
    listShape(account.checkouts.get(id)?.lines ?? [], `/v1/checkout/sessions/${id}/line_items`),
  "invoice.payments": (account, id) => listShape(paymentsOf(account, id), `/v1/invoice_payments?invoice=${id}`),
  "charge.refunds": (account, id) => listShape(refundsOf(account, id), `/v1/charges/${id}/refunds`),
  "customer.subscriptions": (account, id) =>
    listShape(account.tables.subscription.all(id).reverse(), `/v1/customers/${id}/subscriptions`),
};

/**
 * The answer with the objects that `expand` names in the place of their ids (https://docs.stripe.com/api/expanding_objects).
 * @throws StripeFailure 400 for what can't be expanded, or goes deeper than four levels
 */
export function expanded(account: Account, answer: object, paths: string[]): object {
  const shown = copy(answer) as Shown;
  for (const path of paths) {
    const parts = path.split(".");
    if (parts.length > DEPTH_MAX) {
      throw badParam("expand", `You cannot expand more than 4 levels of a property. Property: ${path}`);
    }
    expand(account, [shown], { parts, path });
  }
  return shown;
}

function expand(account: Account, objects: Shown[], { parts, path }: { parts: string[]; path: string }): void {
  const [key, ...rest] = parts;
  if (key === undefined) return;
  const within = objects.flatMap((object) => {
    const value = placeOf(account, object, key);
    if (value === undefined) throw badParam("expand", `This property cannot be expanded (${path}).`);
    object[key] = value;
    return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "object" && each !== null);
  });
  expand(account, within as Shown[], { parts: rest, path });
}

/** What belongs in the place; undefined where there is no such place. */
function placeOf(account: Account, object: Shown, key: string): unknown {
  const value = object[key];
  if (typeof value === "string") {
    const found = account.find(value);
    return found ? copy(found) : undefined;
  }
  if (value !== undefined) return value;
  const include = INCLUDABLE[`${object.object}.${key}`];
  return include && copy(include(account, String(object.id)));
}
