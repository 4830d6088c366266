import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Brand } from "#components/shell/brand.tsx";
import { Frame } from "#components/shell/frame.tsx";
import type { NavSection } from "#components/shell/nav.tsx";
import { hasOutbox } from "#lib/mail/index.ts";
import { requireInstanceAdmin } from "#lib/web/index.ts";

export const metadata: Metadata = { title: { default: "Instance", template: "%s · Instance · Purser" } };

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { user } = await requireInstanceAdmin("/admin");
  const top = (
    <Link href="/admin/tenants" className="rounded-md px-2 py-1.5 hover:bg-raised">
      <Brand />
      <span className="block text-soft text-xs">Instance</span>
    </Link>
  );
  return (
    <Frame title="Instance" top={top} label="Instance" sections={sections()} user={user}>
      {children}
    </Frame>
  );
}

function sections(): NavSection[] {
  const outbox = { href: "/admin/outbox", label: "Outbox", icon: "outbox" } as const;
  return [
    {
      title: "Instance",
      items: [
        { href: "/admin/tenants", label: "Tenants", icon: "tenants" },
        { href: "/admin/users", label: "Users", icon: "users" },
        { href: "/admin/storage", label: "Storage", icon: "storage" },
        { href: "/admin/health", label: "Health", icon: "health" },
        ...(hasOutbox() ? [outbox] : []),
        { href: "/admin/audit", label: "Audit log", icon: "audit" },
      ],
    },
  ];
}
