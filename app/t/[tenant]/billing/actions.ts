"use server";

import type { z } from "zod";
import {
  type ConnectStripe,
  checkConnection,
  connectStripe,
  disconnectStripe,
  previewPrice,
  type RotateKey,
  type RotateWebhookSecret,
  rotateKey,
  rotateWebhookSecret,
  type SetPrice,
  type SetRefundRule,
  setPrice,
  setRefundRule,
} from "#lib/billing/index.ts";
import { plural } from "#lib/format.ts";
import { runSoon } from "#lib/jobs/index.ts";
import { log } from "#lib/log.ts";
import { teamAction, teamQuestion } from "#lib/web/index.ts";

const MAY_ALL = "It is a secret key, which may do everything in the account: a restricted one is safer.";

export async function connect(slug: string, input: z.input<typeof ConnectStripe>) {
  return teamAction(slug, async ({ ctx }) => {
    const { accountName, accountId, fullAccess } = await connectStripe(ctx, input);
    await readSoon();
    const message = `${accountName || accountId || "The Stripe account"} is connected.`;
    return { message: fullAccess ? `${message} ${MAY_ALL}` : message, data: null };
  });
}

export async function setKey(slug: string, input: z.input<typeof RotateKey>) {
  return teamAction(slug, async ({ ctx }) => {
    const { fullAccess } = await rotateKey(ctx, input);
    const message = "The new key is used from now on. Delete the old one at Stripe.";
    return { message: fullAccess ? `${message} ${MAY_ALL}` : message, data: null };
  });
}

export async function setSecret(slug: string, input: z.input<typeof RotateWebhookSecret>) {
  return teamAction(slug, async ({ ctx }) => {
    await rotateWebhookSecret(ctx, input);
    return { message: "Events are checked against the new signing secret from now on.", data: null };
  });
}

export async function checkNow(slug: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { missing } = await checkConnection(ctx);
    const lacks = `The key works, but lacks: ${missing.join(", ")}. Add that to it at Stripe.`;
    return { message: missing.length > 0 ? lacks : "Stripe accepts the key, and it may all that it must.", data: null };
  });
}

export async function setRefunds(slug: string, input: z.input<typeof SetRefundRule>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await setRefundRule(ctx, input);
    if (changed) await readSoon();
    return {
      message: changed ? "Saved. Whoever was refunded in part is read again." : "It was so already.",
      data: null,
    };
  });
}

export async function disconnect(slug: string) {
  return teamAction(slug, async ({ ctx }) => {
    const { ending, endpointLeft } = await disconnectStripe(ctx);
    const after = ending > 0 ? ` ${plural(ending, "membership")} will end with the period that was paid for.` : "";
    const left = endpointLeft ? " Remove its webhook endpoint at Stripe, which still sends events here." : "";
    return { message: `The Stripe account is no longer connected.${after}${left}`, data: null };
  });
}

// What was asked for stands in the database: a worker finds it within a minute, whatever becomes of this.
async function readSoon(): Promise<void> {
  await runSoon("stripe-rereads").catch((error: Error) =>
    log.warn({ error: error.message }, "customers have to wait to be read again"),
  );
}

/** Who gains and who loses by it: asked before a price's meaning is saved. */
export async function askAboutPrice(slug: string, input: z.input<typeof SetPrice>) {
  return teamQuestion(slug, ({ ctx }) => previewPrice(ctx, input));
}

export async function savePrice(slug: string, input: z.input<typeof SetPrice>) {
  return teamAction(slug, async ({ ctx }) => {
    const { changed } = await setPrice(ctx, input);
    if (changed) await readSoon();
    const message = changed ? "Saved. Whoever bought it is read again from Stripe now." : "It meant that already.";
    return { message, data: null };
  });
}
