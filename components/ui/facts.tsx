import type { ReactNode } from "react";

/** Names and values side by side. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-4 text-sm sm:grid-cols-3">
      {facts.map(([name, value]) => (
        <div key={name} className="wrap-anywhere min-w-0">
          <dt className="text-soft text-xs">{name}</dt>
          <dd className="mt-0.5 text-ink">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
