import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
  /** What failed, where its report says so. */
  failures?: string[];
  /** What failed beside others and passed at its second try, alone. */
  unsteady?: string[];
}

interface VitestReport {
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: { title: string; tests: { status: "expected" | "unexpected" | "flaky" | "skipped" }[] }[];
}

/** The files in which a test failed; none where the report doesn't say. */
export function failedFiles(file: string): string[] {
  const suites = read<VitestReport>(file)?.testResults ?? [];
  return suites.filter(({ status }) => status === "failed").map(({ name }) => name);
}

/** What a run of vitest came to. A report that is missing, or a run that failed without saying where, is one failure. */
export function vitestTally(file: string, exitCode: number | null): Tally {
  const report = read<VitestReport>(file);
  const tests = report?.testResults.flatMap((suite) => suite.assertionResults) ?? [];
  // A file that could not even be loaded has no tests to fail.
  const broken = report?.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = report?.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName }) => `${path.relative(".", name)}: ${fullName}`),
  );
  return settled(exitCode, {
    failures: [...(failed ?? []), ...(broken ?? []).map(({ name }) => name)],
    passed: tests.filter((test) => test.status === "passed").length,
    failed: tests.filter((test) => test.status === "failed").length + (broken?.length ?? 0),
    skipped: tests.filter((test) => !["passed", "failed"].includes(test.status)).map((test) => test.fullName),
  });
}

/** The same for a run of Playwright. A test that passed at its second try counts as passed: the report names it flaky. */
export function playwrightTally(file: string, exitCode: number | null): Tally {
  const tests = (read<{ suites: PlaywrightSuite[] }>(file)?.suites ?? []).flatMap((suite) => testsOf(suite, ""));
  const named = (...statuses: string[]) =>
    tests.filter((test) => statuses.includes(test.status)).map((test) => test.name);
  const count = (...statuses: string[]) => named(...statuses).length;
  return settled(exitCode, {
    passed: count("expected", "flaky"),
    failed: count("unexpected"),
    skipped: named("skipped"),
    failures: named("unexpected"),
    unsteady: named("flaky"),
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

export function sumOf(tallies: readonly Tally[]): Required<Tally> {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
    failures: tallies.flatMap((tally) => tally.failures ?? []),
    unsteady: tallies.flatMap((tally) => tally.unsteady ?? []),
  };
}
