"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface Props {
  /** What the tabs are of, for those who can't see it. */
  name: string;
  tabs: readonly { value: string; label: string; content: ReactNode }[];
}

/** Parts of a page of which one shows: arrows move between them. What has an address of its own is LinkTabs. */
export function Tabs({ name, tabs }: Props) {
  return (
    <Radix.Root defaultValue={tabs[0]?.value}>
      <Radix.List aria-label={name} className="mb-3 flex flex-wrap gap-x-1 border-line border-b">
        {tabs.map(({ value, label }) => (
          <Radix.Trigger
            key={value}
            value={value}
            className="-mb-px border-transparent border-b-2 px-3 py-1.5 text-sm text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ value, content }) => (
        <Radix.Content key={value} value={value} className="grid gap-1.5">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
