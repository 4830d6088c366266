import { redirect } from "next/navigation";
import { requireVisit } from "#lib/web/index.ts";

export default async function TenantPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { access, ctx } = await requireVisit((await params).tenant);
  redirect(`/t/${ctx.tenant.slug}/${access.role === null ? "downloads" : "products"}`);
}
