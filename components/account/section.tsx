import type { ReactNode } from "react";

interface SectionProps {
  title: string;
  /** A badge about its state. */
  state?: ReactNode;
  /** What it is for, in a line. */
  lead: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}

/** One matter of the account's pages, on a card. */
export function Section({ title, state, lead, action, children }: SectionProps) {
  return (
    <section aria-label={title} className="mb-5 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="wrap-anywhere min-w-0 max-w-lg flex-1 basis-64">
          <h2 className="flex flex-wrap items-center gap-2 font-semibold text-base text-ink tracking-tight">
            {title} {state}
          </h2>
          <div className="mt-0.5 text-sm text-soft">{lead}</div>
        </div>
        {action ? <div className="flex flex-wrap gap-2">{action}</div> : null}
      </div>
      {children ? <div className="mt-4">{children}</div> : null}
    </section>
  );
}
