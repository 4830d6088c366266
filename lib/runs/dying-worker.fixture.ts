import { groupRun } from "./group-run.fixture.ts";
import { performRuns } from "./index.ts";

// A worker of its own process, for the test that kills it: `node dying-worker.fixture.ts <kind>` takes what is queued of the
// kind, and says so when it is in the middle of it.
const waiting = () => new Promise(() => process.stdout.write("in the middle\n"));
await performRuns({ signal: new AbortController().signal, runs: [groupRun(process.argv[2] ?? "", waiting)] });
