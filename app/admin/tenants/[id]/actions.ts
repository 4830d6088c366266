"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { type EnterTenant, enterTenant, type SetQuota, setQuota } from "#lib/instance/index.ts";
import { parse } from "#lib/parse.ts";
import { instanceAction } from "#lib/web/index.ts";

const EnterForm = z.strictObject({ reason: z.string(), minutes: z.number() });

/** Begins a support view and leads into it. */
export async function enter(tenantId: string, input: z.input<typeof EnterForm>) {
  return instanceAction<null>(async ({ ctx }) => {
    const form = parse(EnterForm, input);
    const { slug } = await enterTenant(ctx, { tenantId, ...form } as z.input<typeof EnterTenant>);
    redirect(`/t/${slug}`);
  });
}

type Quota = Omit<z.input<typeof SetQuota>, "tenantId">;

export async function saveQuota(tenantId: string, quota: Quota) {
  return instanceAction(async ({ ctx }) => {
    const { changed } = await setQuota(ctx, { ...quota, tenantId });
    return { message: changed ? "Saved." : "It was so already; nothing was changed.", data: null };
  });
}
