"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { type EnterTenant, enterTenant } from "#lib/instance/index.ts";
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
