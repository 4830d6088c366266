import type { ReactNode } from "react";
import { ArchivedBanner } from "#components/shell/archived-banner.tsx";
import type { NavSection } from "#components/shell/nav.tsx";
import { Shell } from "#components/shell/shell.tsx";
import { SupportBanner } from "#components/shell/support-banner.tsx";
import { decide } from "#lib/access/index.ts";
import { findOwnSupportEntry } from "#lib/instance/index.ts";
import { erasureOf } from "#lib/tenancy/index.ts";
import { type Entrance, onPage, requireVisit } from "#lib/web/index.ts";
import { findWorkspaces, keepWorkspace } from "./actions.ts";
import { leaveSupport } from "./support-actions.ts";

interface Props {
  params: Promise<{ tenant: string }>;
  children: ReactNode;
}

export default async function TenantLayout({ params, children }: Props) {
  const { tenant: slug } = await params;
  const entrance = await requireVisit(slug);
  const { access, user } = entrance;
  return (
    <Shell
      tenant={{ slug, name: access.tenant.name, standing: standingOf(access) }}
      onSearchTenants={findWorkspaces.bind(null, slug)}
      sections={sectionsOf(entrance)}
      banner={access.tenant.archivedAt ? <Banner entrance={entrance} /> : null}
      user={user}
    >
      {access.supportUntil ? <Support entrance={entrance} /> : null}
      {children}
    </Shell>
  );
}

function Banner({ entrance: { access, ctx } }: { entrance: Entrance }) {
  const { deletionRequestedAt } = access.tenant;
  return (
    <ArchivedBanner
      erasedAt={deletionRequestedAt && erasureOf(deletionRequestedAt)}
      undo={{ decision: decide(ctx.actor, "tenant.delete"), onUndo: keepWorkspace.bind(null, ctx.tenant.slug) }}
    />
  );
}

function standingOf({ role, supportUntil }: Entrance["access"]): string {
  return supportUntil ? "Support view" : (role ?? "Member");
}

async function Support({ entrance: { ctx, access } }: { entrance: Entrance }) {
  const entry = await onPage(() => findOwnSupportEntry(ctx));
  if (!entry || !access.role) return null;
  const { reason, expiresAt } = entry;
  const leave = leaveSupport.bind(null, ctx.tenant.slug);
  return <SupportBanner role={access.role} until={expiresAt} reason={reason} onLeave={leave} />;
}

const TEAM_PAGES = [
  { path: "products", label: "Products", icon: "products", needs: "product.view" },
  { path: "members", label: "Members", icon: "members", needs: "member.view" },
  { path: "insight", label: "Insight", icon: "insight", needs: "member.view" },
  { path: "entitlements", label: "Entitlements", icon: "entitlements", needs: "entitlement.view" },
  { path: "groups", label: "Groups", icon: "groups", needs: "group.view" },
  { path: "billing", label: "Billing", icon: "billing", needs: "billing.view" },
  { path: "providers", label: "Providers", icon: "providers", needs: "provider.view" },
  { path: "compliance", label: "Compliance", icon: "compliance", needs: "provider.view" },
  { path: "policies", label: "Policies", icon: "policies", needs: "policy.view" },
  { path: "upstream", label: "Upstream", icon: "upstream", needs: "provider.view" },
  { path: "backups", label: "Backups", icon: "backups", needs: "backup.view" },
  { path: "runs", label: "Runs", icon: "runs", needs: "tenant.view" },
  { path: "team", label: "Team", icon: "team", needs: "team.view" },
  { path: "settings/robots", label: "Robots", icon: "robots", needs: "token.view" },
  { path: "settings/storage", label: "Storage", icon: "storage", needs: "tenant.view" },
  { path: "audit", label: "Audit log", icon: "audit", needs: "audit.view" },
  { path: "settings", label: "Settings", icon: "settings", needs: "tenant.view" },
] as const;

function sectionsOf({ ctx, access }: Entrance): NavSection[] {
  const base = `/t/${ctx.tenant.slug}`;
  const pages = TEAM_PAGES.filter(({ needs }) => decide(ctx.actor, needs).allowed);
  const manage = pages.map(({ path, label, icon }) => ({
    href: `${base}/${path}`,
    label,
    icon,
    also: path === "products" ? `${base}/repositories` : undefined,
  }));
  const use: NavSection = {
    title: "Use",
    items: [
      { href: `${base}/downloads`, label: "Downloads", icon: "downloads" },
      { href: `${base}/downloads/tokens`, label: "My tokens", icon: "tokens" },
    ],
  };
  const sections = manage.length > 0 ? [{ title: "Manage", items: manage }] : [];
  // The portal is not there for a support view of somebody who is no member.
  return access.supportUntil && !access.memberId ? sections : [...sections, use];
}
