import { describe, expect, it } from "vitest";
import { tooOld } from "./due-backups.ts";
import { nextDue } from "./settings.ts";

const at = (text: string) => new Date(`${text}Z`);

describe("the next backup", () => {
  it.each([
    ["off", "2026-11-22T10:00", null],
    ["daily", "2026-11-22T10:00", "2026-11-23T02:00"],
    ["daily", "2026-11-22T01:59", "2026-11-22T02:00"],
    ["daily", "2026-11-22T02:00", "2026-11-23T02:00"],
    ["daily", "2026-12-31T03:00", "2027-01-01T02:00"],
    ["weekly", "2026-11-22T10:00", "2026-11-25T02:00"],
    ["weekly", "2026-11-25T02:00", "2026-12-02T02:00"],
    ["weekly", "2026-11-25T01:00", "2026-11-25T02:00"],
  ])("of a %s schedule after %s is due at %s", (schedule, after, due) => {
    // The 22nd is a Sunday; 3 is a Wednesday.
    expect(nextDue({ schedule, hour: 2, weekday: 3 }, at(after))).toEqual(due ? at(due) : null);
  });
});

describe("what is kept", () => {
  const now = at("2026-11-22T00:00");
  const backups = [0, 1, 5, 20, 40, 100].map((days) => ({
    days,
    startedAt: new Date(now.getTime() - days * 86_400_000),
  }));
  it.each([
    [{ keepLast: 2, keepDays: 30 }, [40, 100]],
    [{ keepLast: 5, keepDays: 30 }, [100]],
    [{ keepLast: 1, keepDays: 1 }, [5, 20, 40, 100]],
    [{ keepLast: 10, keepDays: 1 }, []],
  ])("with %j, those of %j days ago go", (rule, gone) => {
    expect(tooOld(backups, rule, now).map(({ days }) => days)).toEqual(gone);
  });
});
