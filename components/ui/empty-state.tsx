import type { ReactNode } from "react";

/** What stands where a list has nothing: why, and the next step in words; its button is in the page's header. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="wrap-anywhere grid justify-items-center gap-1 rounded-lg border border-line border-dashed px-6 py-12 text-center">
      <h2 className="font-medium text-ink text-sm">{title}</h2>
      {children ? <div className="max-w-md text-sm text-soft">{children}</div> : null}
    </div>
  );
}
