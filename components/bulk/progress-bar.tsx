/** How far a bulk change is, in lines. */
export function ProgressBar({ done, lines }: { done: number; lines: number }) {
  const part = lines === 0 ? 100 : Math.round((done / lines) * 100);
  return (
    <div className="mb-4 grid gap-1">
      <div
        role="progressbar"
        aria-label="Lines done"
        aria-valuemin={0}
        aria-valuemax={lines}
        aria-valuenow={done}
        className="h-2 overflow-hidden rounded-full bg-raised"
      >
        <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${part}%` }} />
      </div>
      <p aria-live="polite" className="text-[13px] text-soft tabular-nums">
        {done} of {lines} lines
      </p>
    </div>
  );
}
