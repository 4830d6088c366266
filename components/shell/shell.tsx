import type { ReactNode } from "react";
import { Frame } from "./frame.tsx";
import type { NavSection } from "./nav.tsx";
import { type SearchTenants, type TenantLink, TenantSwitcher } from "./tenant-switcher.tsx";
import type { SignedInUser } from "./user-menu.tsx";

interface ShellProps {
  tenant: TenantLink;
  onSearchTenants: SearchTenants;
  sections: NavSection[];
  /** What is to be said on every page. */
  banner?: ReactNode;
  user: SignedInUser;
  children: ReactNode;
}

/** The frame of a workspace's pages, with the way to the other ones on top. */
export function Shell({ tenant, onSearchTenants, banner, children, ...frame }: ShellProps) {
  const top = <TenantSwitcher current={tenant} onSearch={onSearchTenants} />;
  return (
    <Frame title={tenant.name} top={top} label="Workspace" {...frame}>
      {banner}
      {children}
    </Frame>
  );
}
