import Link from "next/link";

const TABS = [
  { path: "", label: "Overview" },
  { path: "/events", label: "Events" },
  { path: "/drift", label: "Drift" },
] as const;

/** The pages about Stripe. `base` is `/t/<tenant>/billing`; `current` is the one that is open. */
export function BillingTabs({ base, current }: { base: string; current: (typeof TABS)[number]["label"] }) {
  return (
    <nav aria-label="Billing" className="mb-4 flex gap-1 border-line border-b">
      {TABS.map(({ path, label }) => (
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
