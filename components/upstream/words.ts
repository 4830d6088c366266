/** How often imports may be made by themselves, as the form offers it. */
export const SCHEDULES: readonly (readonly [hours: number | null, words: string])[] = [
  [null, "By hand alone"],
  [1, "Every hour"],
  [6, "Every 6 hours"],
  [24, "Every day"],
  [168, "Every week"],
];

/** A schedule in words. */
export function everyOf(hours: number | null): string {
  return SCHEDULES.find(([offered]) => offered === hours)?.[1] ?? `Every ${hours} hours`;
}

/** What becomes of images of which parts were never fetched. */
export function partsWords(tags: number): string {
  if (tags === 0) return "Every tag is whole here and can be pulled as before.";
  const are = tags === 1 ? "1 tag is" : `${tags} tags are`;
  return `${are} not whole here, since nobody has pulled all of their parts: they can't be pulled any more. Import first to keep them.`;
}
