"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import Link from "next/link";
import { Menu, MenuItem, MenuLabel } from "./menu.tsx";

export interface TenantLink {
  slug: string;
  name: string;
  /** The role, or "Member". */
  standing: string;
}

/** Where we are, and the way to the other workspaces of this account. */
export function TenantSwitcher({ current, tenants }: { current: TenantLink; tenants: TenantLink[] }) {
  const trigger = (
    <button
      type="button"
      aria-label={`${current.name}, switch workspace`}
      className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-raised"
    >
      <Initial name={current.name} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold text-ink text-sm leading-tight">{current.name}</span>
        <span className="block truncate text-soft text-xs capitalize">{current.standing}</span>
      </span>
      <ChevronsUpDown className="size-4 text-soft" aria-hidden="true" />
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuLabel>Workspaces</MenuLabel>
      {tenants.map((tenant) => (
        <MenuItem key={tenant.slug} asChild>
          <Link href={`/t/${tenant.slug}`}>
            <Initial name={tenant.name} />
            <span className="min-w-0 flex-1 truncate">{tenant.name}</span>
            {tenant.slug === current.slug ? <Check className="size-4 text-accent-ink" aria-label="current" /> : null}
          </Link>
        </MenuItem>
      ))}
    </Menu>
  );
}

export function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="grid size-7 shrink-0 place-items-center rounded-md bg-accent font-semibold text-on-accent text-xs uppercase"
    >
      {name.slice(0, 1)}
    </span>
  );
}
