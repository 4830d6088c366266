import { Progress } from "#components/ui/progress.tsx";

/** How far a bulk change is, in lines. */
export function ProgressBar({ done, lines }: { done: number; lines: number }) {
  return (
    <div className="mb-4 grid gap-1">
      <Progress label="Lines done" done={done} total={lines} />
      <p aria-live="polite" className="text-[13px] text-soft tabular-nums">
        {done} of {lines} lines
      </p>
    </div>
  );
}
