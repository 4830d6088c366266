/** What a standing recall says of a release or an image. */
export interface RecallWords {
  reason: string;
  /** What to move to. */
  replacement: string | null;
}

const REASON_MAX = 250;

/** A warning of one sentence or three; a long reason is cut, so that what to move to is in it. Pure. */
export function recallSentence(what: string, { reason, replacement }: RecallWords): string {
  const line = reason.replace(/\s+/g, " ").trim();
  const why = line.length > REASON_MAX ? `${line.slice(0, REASON_MAX).trimEnd()}...` : line;
  return `${what} is recalled: ${ended(why)}${replacement ? ` Move to ${ended(replacement)}` : ""}`;
}

const ended = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
