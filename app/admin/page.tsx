import { redirect } from "next/navigation";
import { requireInstanceAdmin } from "#lib/web/index.ts";

export default async function AdminPage() {
  await requireInstanceAdmin("/admin");
  redirect("/admin/tenants");
}
