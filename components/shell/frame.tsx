import type { ReactNode } from "react";
import { Drawer } from "./drawer.tsx";
import { Nav, type NavSection } from "./nav.tsx";
import { type SignedInUser, UserMenu } from "./user-menu.tsx";

interface FrameProps {
  /** Where we are, in words for a phone's top bar. */
  title: string;
  /** What stands above the links. */
  top: ReactNode;
  /** What the links lead through. */
  label: string;
  sections: NavSection[];
  user: SignedInUser;
  children: ReactNode;
}

/** The frame of pages that belong together: the side bar, or a drawer on a phone, and the page beside it. */
export function Frame({ title, top, label, sections, user, children }: FrameProps) {
  const sidebar = (
    <div className="flex h-full flex-col gap-5 overflow-y-auto p-3">
      {top}
      <div className="flex-1">
        <Nav label={label} sections={sections} />
      </div>
      <UserMenu {...user} />
    </div>
  );
  return (
    <div className="min-h-dvh lg:pl-60 print:pl-0">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
      >
        Skip to the page
      </a>
      <aside className="fixed inset-y-0 left-0 w-60 border-line border-r bg-surface max-lg:hidden print:hidden">
        {sidebar}
      </aside>
      <div className="sticky top-0 z-30 flex h-12 items-center gap-2 border-line border-b bg-surface px-3 lg:hidden print:hidden">
        <Drawer>{sidebar}</Drawer>
        <span className="truncate font-semibold text-sm">{title}</span>
      </div>
      <main id="main" className="mx-auto max-w-5xl px-4 py-6 sm:px-8">
        {children}
      </main>
    </div>
  );
}
