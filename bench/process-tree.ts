import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100; // sysconf(_SC_CLK_TCK) on every Linux that matters

interface Stat {
  parent: number;
  ticks: number;
}

/** CPU time, in seconds, that a process and all its descendants have used so far (Linux, /proc). */
export function cpuSeconds(root: number): number {
  const stats = new Map<number, Stat>();
  for (const entry of readdirSync("/proc")) {
    const stat = /^\d+$/.test(entry) ? statOf(entry) : null;
    if (stat) stats.set(Number(entry), stat);
  }
  const isBelow = (pid: number): boolean => pid === root || (stats.has(pid) && isBelow(stats.get(pid)?.parent ?? 0));
  let ticks = 0;
  for (const [pid, stat] of stats) if (isBelow(pid)) ticks += stat.ticks;
  return ticks / TICKS_PER_SECOND;
}

function statOf(pid: string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    // Fields 4 (ppid), 14 (utime), 15 (stime), 16 and 17 (of children that ended) of proc(5), counted from field 3.
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? 0), 0);
    return { parent: fields[1] ?? 0, ticks };
  } catch {
    return null; // it ended while we read
  }
}

/** The largest resident set, in MiB, among the processes whose parent is `parent`. */
export function largestChildMib(parent: number): number {
  const sizes = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && statOf(entry)?.parent === parent)
    .map((pid) => Number(/VmHWM:\s+(\d+)/.exec(statusOf(pid))?.[1] ?? 0) / 1024);
  return Math.max(0, ...sizes);
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
