import { existsSync, readFileSync } from "node:fs";

export interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
}

interface VitestReport {
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: { title: string; tests: { status: "expected" | "unexpected" | "flaky" | "skipped" }[] }[];
}

/** What a run of vitest came to. A report that is missing, or a run that failed without saying where, is one failure. */
export function vitestTally(file: string, exitCode: number | null): Tally {
  const report = read<VitestReport>(file);
  const tests = report?.testResults.flatMap((suite) => suite.assertionResults) ?? [];
  // A file that could not even be loaded has no tests to fail.
  const broken = report?.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.every((test) => test.status !== "failed"),
  );
  return settled(exitCode, {
    passed: tests.filter((test) => test.status === "passed").length,
    failed: tests.filter((test) => test.status === "failed").length + (broken?.length ?? 0),
    skipped: tests.filter((test) => !["passed", "failed"].includes(test.status)).map((test) => test.fullName),
  });
}

/** The same for a run of Playwright. A test that passed at its second try counts as passed: the report names it flaky. */
export function playwrightTally(file: string, exitCode: number | null): Tally {
  const tests = (read<{ suites: PlaywrightSuite[] }>(file)?.suites ?? []).flatMap((suite) => testsOf(suite, ""));
  const count = (...statuses: string[]) => tests.filter((test) => statuses.includes(test.status)).length;
  return settled(exitCode, {
    passed: count("expected", "flaky"),
    failed: count("unexpected"),
    skipped: tests.filter((test) => test.status === "skipped").map((test) => test.name),
  });
}

function testsOf(suite: PlaywrightSuite, prefix: string): { name: string; status: string }[] {
  const name = prefix ? `${prefix} › ${suite.title}` : suite.title;
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests.map((test) => ({ name: `${name} › ${spec.title}`, status: test.status })),
  );
  return [...own, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, name))];
}

function settled(exitCode: number | null, tally: Tally): Tally {
  const silent = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0);
  return silent ? { ...tally, failed: 1 } : tally;
}

function read<T>(file: string): T | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : null;
}

export function sumOf(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
  };
}
