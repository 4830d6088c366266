import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { withShop } from "#lib/testing/index.ts";
import { type Registry, startRegistry } from "./start-registry.ts";

const shop = withShop();
let server: Registry;

// After the stand-in, whose address the process is told by its environment.
beforeAll(async () => {
  server = await startRegistry();
});
afterAll(() => server.stop());

async function post() {
  const event = shop.t.account.events().findLast(({ type }) => type === "customer.subscription.created");
  const { body, signature } = shop.t.account.signed(event ?? {});
  const headers = { "stripe-signature": signature };
  return server.ask({ method: "POST", path: shop.t.webhookPath, headers, body });
}

const stored = () => db().stripeEvent.findMany({ where: { tenantId: shop.t.tenant.id } });

/** Another process, after the first one is dead. */
async function again(): Promise<void> {
  await server.ended;
  server = await startRegistry();
}

describe("a server that is killed at", () => {
  for (const [step, there] of [
    ["stripe event stored", false],
    ["stripe effect written", false],
    ["stripe effect committed", true],
  ] as const) {
    it(`"${step}" of an event has ${there ? "all" : "nothing"} of its effect, and has it once when Stripe comes again`, async () => {
      shop.subscribed([shop.plan, shop.addOn]);
      await server.arm({ step, does: "kill" });
      expect(await post()).toBeNull();

      await again();
      expect(await shop.pull()).toBe(there ? "allowed" : "membership_inactive");
      await expect.poll(async () => (await stored()).map(({ processedAt }) => processedAt !== null)).toEqual([there]);
      for (let time = 0; time < 2; time++) expect((await post())?.status).toBe(200);
      expect(await shop.pull()).toBe("allowed");
      expect(await shop.grants()).toHaveLength(1);
      expect(await shop.deeds()).toEqual(["billing.subscription_changed stripe", "entitlement.granted stripe"]);
    });
  }
});
