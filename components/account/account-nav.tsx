"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const ITEMS = [
  { href: "/account", label: "Profile" },
  { href: "/account/security", label: "Sign-in" },
  { href: "/account/sessions", label: "Sessions" },
];

/** The pages of somebody's own account. */
export function AccountNav() {
  const pathname = usePathname();
  return (
    <nav aria-label="Account" className="mb-6 flex gap-1 border-line border-b">
      {ITEMS.map(({ href, label }) => {
        const current = pathname === href;
        const look = current ? "border-accent text-accent-ink" : "border-transparent text-soft hover:text-ink";
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? "page" : undefined}
            className={`-mb-px border-b-2 px-3 py-2 font-medium text-sm ${look}`}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
