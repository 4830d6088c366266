import type { ReactNode } from "react";

/** A page that has one thing to say, in the middle of the screen. */
export function Notice({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid min-h-[60dvh] place-items-center px-6 py-12">
      <div className="max-w-md">
        <h1 className="font-semibold text-ink text-xl tracking-tight">{title}</h1>
        <div className="mt-2 text-sm text-soft">{children}</div>
        {action ? <div className="mt-6 flex flex-wrap gap-2">{action}</div> : null}
      </div>
    </div>
  );
}
