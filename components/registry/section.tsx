import type { ReactNode } from "react";

/** A part of a page, under its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-8">
      <h2 className="mb-2 font-semibold text-sm">{title}</h2>
      {children}
    </section>
  );
}
