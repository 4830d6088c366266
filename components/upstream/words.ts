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
