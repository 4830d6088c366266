import { duration } from "#lib/format.ts";

export type RunState = "queued" | "running" | "done" | "failed" | "cancelled";

/** A run's states, as people read them. */
export const RUN_STATES = {
  queued: { word: "Waiting", tone: "neutral" },
  running: { word: "Running", tone: "accent" },
  done: { word: "Done", tone: "good" },
  failed: { word: "Failed", tone: "danger" },
  cancelled: { word: "Cancelled", tone: "warn" },
} as const satisfies Record<RunState, { word: string; tone: string }>;

/** Whether more is to be seen of it. */
export function isUnderWay(state: RunState): boolean {
  return state === "queued" || state === "running";
}

/** How long a run took, or takes so far. */
export function tookOf(
  { startedAt, finishedAt }: { startedAt: Date | null; finishedAt: Date | null },
  now: Date,
): string {
  if (!startedAt) return "–";
  const ms = (finishedAt ?? now).getTime() - startedAt.getTime();
  return ms < 1000 ? "under a second" : duration(ms);
}
