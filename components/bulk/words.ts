/** What becomes of a line of a bulk change, in words: beforehand, and once it is done. */
export const OUTCOMES = {
  gains: { before: "Gain it", after: "Granted", tone: "good" },
  suspended: { before: "Gain it, suspended until then", after: "Granted, suspended until then", tone: "warn" },
  changes: { before: "Get another end", after: "Given another end", tone: "accent" },
  has: { before: "Have it already", after: "Had it already", tone: "neutral" },
  loses: { before: "Lose access", after: "Revoked", tone: "danger" },
  keeps: { before: "Lose the grant, keep access otherwise", after: "Revoked, keep access otherwise", tone: "warn" },
  nothing: { before: "Have nothing given by hand", after: "Had nothing given by hand", tone: "neutral" },
  unknown: { before: "No member has that address", after: "No member had that address", tone: "danger" },
  bad: { before: "Line can't be used", after: "Line could not be used", tone: "danger" },
} as const;

export type OutcomeShown = keyof typeof OUTCOMES;

export const STATES = {
  prepared: { word: "Prepared", tone: "neutral" },
  waiting: { word: "Waiting", tone: "neutral" },
  running: { word: "Running", tone: "accent" },
  done: { word: "Done", tone: "good" },
  cancelled: { word: "Cancelled", tone: "warn" },
  stopped: { word: "Stopped", tone: "danger" },
} as const;

export type StateShown = keyof typeof STATES;
