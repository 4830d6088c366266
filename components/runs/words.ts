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
