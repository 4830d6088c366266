import Link from "next/link";

interface Props<Label extends string> {
  /** What the tabs are of, for those who can't see it. */
  name: string;
  tabs: readonly { path: string; label: Label }[];
  base: string;
  /** The one that is open. */
  current: Label;
}

/** Pages that belong together, each an address below `base`. */
export function LinkTabs<Label extends string>({ name, tabs, base, current }: Props<Label>) {
  return (
    <nav aria-label={name} className="mb-4 flex gap-1 border-line border-b">
      {tabs.map(({ path, label }) => (
        <Link
          key={label}
          href={base + path}
          aria-current={label === current ? "page" : undefined}
          className={`-mb-px border-b-2 px-3 py-1.5 text-sm ${label === current ? "border-accent font-medium text-ink" : "border-transparent text-soft hover:text-ink"}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
