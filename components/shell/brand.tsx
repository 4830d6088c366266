/** The product's mark and name. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-ink tracking-tight">
      <span aria-hidden="true" className="size-3 rounded-[3px] bg-accent" />
      Purser
    </span>
  );
}
