import type { ReactNode } from "react";

/** A page's title, what it is for in a line, and its main action. */
export function PageHeader({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="wrap-anywhere min-w-0">
        <h1 className="font-semibold text-ink text-xl tracking-tight">{title}</h1>
        {children ? <div className="mt-0.5 max-w-2xl text-sm text-soft">{children}</div> : null}
      </div>
      {action}
    </header>
  );
}
