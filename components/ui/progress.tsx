/** How far something is. `value` says it in words where the numbers don't. */
export function Progress({
  label,
  done,
  total,
  value,
}: {
  label: string;
  done: number;
  total: number;
  value?: string;
}) {
  const part = total === 0 ? 100 : Math.round((done / total) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-valuetext={value}
      className="h-2 overflow-hidden rounded-full bg-raised"
    >
      <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${part}%` }} />
    </div>
  );
}
