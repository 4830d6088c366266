"use client";

import {
  Activity,
  Archive,
  Bot,
  Building2,
  Cable,
  ChartColumn,
  CircleUser,
  CloudDownload,
  CreditCard,
  Download,
  Group,
  HardDrive,
  KeyRound,
  ListChecks,
  Mail,
  Package,
  Scale,
  ScrollText,
  Settings,
  ShieldCheck,
  Ticket,
  UserCog,
  Users,
} from "lucide-react";
import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { Spinner } from "#components/ui/button.tsx";

const ICONS = {
  products: Package,
  billing: CreditCard,
  members: Users,
  audit: ScrollText,
  entitlements: Ticket,
  groups: Group,
  robots: Bot,
  team: UserCog,
  settings: Settings,
  downloads: Download,
  tokens: KeyRound,
  tenants: Building2,
  users: CircleUser,
  health: Activity,
  outbox: Mail,
  storage: HardDrive,
  insight: ChartColumn,
  providers: Cable,
  backups: Archive,
  runs: ListChecks,
  compliance: ShieldCheck,
  upstream: CloudDownload,
  policies: Scale,
};

interface NavItem {
  href: string;
  label: string;
  icon: keyof typeof ICONS;
  /** Where pages of it lie, too. */
  also?: string;
}

export interface NavSection {
  title: string;
  items: NavItem[];
}

/** The side bar's links; the one that leads furthest into where we are is the current one. */
export function Nav({ label, sections }: { label: string; sections: NavSection[] }) {
  const pathname = usePathname();
  const items = sections.flatMap((section) => section.items);
  const leads = (to?: string) => to !== undefined && (pathname === to || pathname.startsWith(`${to}/`));
  const current = items
    .filter(({ href, also }) => leads(href) || leads(also))
    .sort((a, b) => b.href.length - a.href.length)[0]?.href;
  return (
    <nav aria-label={label} className="grid gap-5">
      {sections.map((section) => (
        <div key={section.title}>
          <h2 className="mb-1 px-2 font-medium text-soft text-xs">{section.title}</h2>
          <ul className="grid gap-px">
            {section.items.map((item) => (
              <li key={item.href}>
                <NavLink item={item} current={item.href === current} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function NavLink({ item, current }: { item: NavItem; current: boolean }) {
  const Icon = ICONS[item.icon];
  const look = current ? "bg-accent-soft font-medium text-accent-ink" : "text-ink hover:bg-raised";
  return (
    <Link
      href={item.href}
      aria-current={current ? "page" : undefined}
      className={`flex h-8 items-center gap-2.5 rounded-md px-2 text-sm ${look}`}
    >
      <Icon className={`size-4 ${current ? "" : "text-soft"}`} aria-hidden="true" />
      <span className="flex-1">{item.label}</span>
      <Waiting />
    </Link>
  );
}

function Waiting() {
  return useLinkStatus().pending ? <Spinner /> : null;
}
