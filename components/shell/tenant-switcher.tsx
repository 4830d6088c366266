"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Popover } from "radix-ui";
import { type KeyboardEvent, type Ref, useEffect, useId, useRef, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Spinner } from "#components/ui/button.tsx";

export interface TenantLink {
  slug: string;
  name: string;
  /** The role, or "Member". */
  standing: string;
}

export type SearchTenants = (search: string) => Promise<ActionResult<{ found: TenantLink[]; more: boolean }>>;

interface Props {
  current: TenantLink;
  /** Asked when it opens, and while something is typed. */
  onSearch: SearchTenants;
}

/** Where we are, and the way to the other workspaces of this account. */
export function TenantSwitcher({ current, onSearch }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
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
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label="Switch workspace"
          className="z-50 w-72 max-w-[calc(100vw-1rem)] overflow-hidden rounded-lg border border-line bg-surface text-sm shadow-lg data-[state=open]:animate-fade"
        >
          <Choice current={current} onSearch={onSearch} onClose={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A combobox (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/): focus stays in the field, arrows move through the list. */
function Choice({ current, onSearch, onClose }: Props & { onClose: () => void }) {
  const router = useRouter();
  const list = useId();
  const { answer, search, setSearch } = useMatches(onSearch);
  const [active, setActive] = useState(0);
  const found = answer?.found ?? [];
  const at = Math.min(active, found.length - 1);
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    shown.current?.scrollIntoView({ block: "nearest" });
  });

  const go = (tenant: TenantLink | undefined) => {
    if (!tenant) return;
    onClose();
    router.push(`/t/${tenant.slug}`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") go(found[at]);
    else if (step && found.length > 0) setActive((at + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        type="search"
        role="combobox"
        aria-label="Search workspaces"
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={found[at] ? `${list}-${found[at].slug}` : undefined}
        placeholder="Search workspaces"
        maxLength={200}
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="h-10 w-full border-line border-b bg-surface px-3 text-ink -outline-offset-2 placeholder:text-soft"
      />
      <div id={list} role="listbox" aria-label="Workspaces" className="max-h-[50dvh] overflow-y-auto p-1">
        {found.map((tenant, index) => (
          <Option
            key={tenant.slug}
            ref={index === at ? shown : undefined}
            id={`${list}-${tenant.slug}`}
            tenant={tenant}
            active={index === at}
            current={tenant.slug === current.slug}
            onPick={() => go(tenant)}
          />
        ))}
      </div>
      <Footer answer={answer} onClose={onClose} />
    </>
  );
}

interface OptionProps {
  ref: Ref<HTMLDivElement> | undefined;
  id: string;
  tenant: TenantLink;
  active: boolean;
  current: boolean;
  onPick: () => void;
}

function Option({ ref, id, tenant, active, current, onPick }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field that owns the list takes the keys
    <div
      ref={ref}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      onClick={onPick}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 hover:bg-raised aria-selected:bg-raised"
    >
      <Initial name={tenant.name} />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-ink">{tenant.name}</span>
        <span className="block truncate text-soft text-xs capitalize">{tenant.standing}</span>
      </span>
      {current ? <Check className="size-4 text-accent-ink" role="img" aria-label="current" /> : null}
    </div>
  );
}

function Footer({ answer, onClose }: { answer: Answer | null; onClose: () => void }) {
  return (
    <div className="flex min-h-10 items-center justify-between gap-2 border-line border-t px-3 py-1.5 text-xs">
      <span role="status" className="text-soft">
        {answer ? answer.words : <Spinner />}
      </span>
      <Link href="/tenants?all" onClick={onClose} className="rounded py-1 text-accent-ink underline underline-offset-2">
        All workspaces
      </Link>
    </div>
  );
}

interface Answer {
  found: TenantLink[];
  words: string;
}

const PAUSE_MS = 150;

/** What matches the search, the last asked; null until the first answer is there. */
function useMatches(onSearch: SearchTenants) {
  const [search, setSearch] = useState("");
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asks = useRef(onSearch);
  useEffect(() => {
    let current = true;
    const ask = async () => {
      const result = await asks.current(search).catch(() => null);
      if (current) setAnswer(result?.ok ? { found: result.data.found, words: wordsOf(result.data) } : UNANSWERED);
    };
    const timer = setTimeout(ask, search ? PAUSE_MS : 0);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search]);
  return { search, setSearch, answer };
}

const UNANSWERED: Answer = { found: [], words: "The server could not be reached." };

function wordsOf({ found, more }: { found: TenantLink[]; more: boolean }): string {
  if (found.length === 0) return "None matches.";
  return more ? "Type to find more." : "";
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
