import { andList, plural } from "#lib/format.ts";

/** How many fetched something, each person once. */
export interface ReachShown {
  member: number;
  robot: number;
  team: number;
  other: number;
  /** Members who would get a letter now. */
  letters: number;
}

/** `12 members, 3 robots and 1 of your team fetched it.` */
export function reachInWords({ member, robot, team, other }: ReachShown): string {
  const parts = [
    ...(member > 0 ? [plural(member, "member")] : []),
    ...(robot > 0 ? [plural(robot, "robot")] : []),
    ...(team > 0 ? [`${team} of your team`] : []),
    ...(other > 0 ? [`${other} who ${other === 1 ? "is neither" : "are neither"} now`] : []),
  ];
  return parts.length === 0 ? "Nobody has fetched it so far." : `${andList(parts)} fetched it.`;
}

/** What becomes of the letters, where some are due. */
export function lettersInWords({ member, letters }: ReachShown): string {
  const unproven = member - letters;
  const left = unproven > 0 ? ` ${unproven} of them have not proven their address and get none.` : "";
  return `Whatever they chose about new versions: it is about what they run.${left}`;
}
