import { describe, expect, it } from "vitest";
import { deliverEvents, withShop } from "#lib/testing/index.ts";
import { WEBHOOK_EVENTS } from "./webhook-endpoint.ts";

const shop = withShop();
const ours: readonly string[] = WEBHOOK_EVENTS;

describe("an inquiry of the bank", () => {
  it("ends nothing until it becomes a dispute, of which the webhook hears", async () => {
    const { payment } = shop.bought([shop.lifetime]);
    const dispute = shop.t.account.dispute(payment ?? "");
    shop.t.account.account.change(dispute, { status: "warning_needs_response" });
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
    shop.t.account.account.change(dispute, { status: "needs_response" }, "charge.dispute.updated");
    await deliverEvents(shop.t, { only: ({ type }) => ours.includes(type) });
    expect(await shop.pull()).toBe("membership_inactive");
    shop.t.account.closeDispute(dispute.id, "won");
    await deliverEvents(shop.t);
    expect(await shop.pull()).toBe("allowed");
  });
});
