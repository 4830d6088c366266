import { redirect } from "next/navigation";
import { requireMember } from "#lib/web/index.ts";

export default async function TenantPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { access, ctx } = await requireMember((await params).tenant);
  redirect(`/t/${ctx.tenant.slug}/${access.role === null ? "downloads" : "products"}`);
}
