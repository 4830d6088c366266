"use client";

import { ArrowLeftRight, CircleUser, LogOut, Server, UserCog } from "lucide-react";
import Link from "next/link";
import { signOut } from "next-auth/react";
import { toast } from "sonner";
import { Menu, MenuItem, MenuLabel, MenuLine } from "./menu.tsx";
import { ThemeChoice } from "./theme.tsx";

export interface SignedInUser {
  email: string;
  name: string | null;
  isInstanceAdmin: boolean;
}

/** Who is signed in, how it looks, and the way out. */
export function UserMenu({ email, name, isInstanceAdmin }: SignedInUser) {
  const trigger = (
    <button
      type="button"
      aria-label={`Account of ${email}`}
      className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-raised"
    >
      <CircleUser className="size-5 shrink-0 text-soft" aria-hidden="true" />
      <span className="min-w-0 flex-1">
        {name ? <span className="block truncate font-medium text-ink text-sm leading-tight">{name}</span> : null}
        <span className="block truncate text-soft text-xs">{email}</span>
      </span>
    </button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuLabel>{email}</MenuLabel>
      <MenuItem asChild>
        <Link href="/account">
          <UserCog className="size-4 text-soft" aria-hidden="true" /> Account
        </Link>
      </MenuItem>
      <MenuItem asChild>
        <Link href="/tenants?all">
          <ArrowLeftRight className="size-4 text-soft" aria-hidden="true" /> All workspaces
        </Link>
      </MenuItem>
      {isInstanceAdmin ? (
        <MenuItem asChild>
          <Link href="/admin/tenants">
            <Server className="size-4 text-soft" aria-hidden="true" /> Instance
          </Link>
        </MenuItem>
      ) : null}
      <MenuLine />
      <ThemeChoice />
      <MenuLine />
      <MenuItem onSelect={leave}>
        <LogOut className="size-4 text-soft" aria-hidden="true" /> Sign out
      </MenuItem>
    </Menu>
  );
}

async function leave(): Promise<void> {
  await signOut({ callbackUrl: "/sign-in" }).catch(() => {
    toast.error("You are still signed in: the server could not be reached.");
  });
}
