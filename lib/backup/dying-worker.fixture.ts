import { performRuns } from "#lib/runs/index.ts";
import { BACKUP_RUNS } from "./index.ts";

// A worker of its own process, for the test that kills it: `node dying-worker.fixture.ts <step>` does what is queued, and
// says so when it has come to the step (lib/fault-point.ts), where it waits.
const [, , last] = process.argv;
const hook = (step: string) => (step === last ? new Promise(() => process.stdout.write("in the middle\n")) : undefined);
Object.assign(globalThis, { [Symbol.for("purser.fault-hook")]: hook });
await performRuns({ signal: new AbortController().signal, runs: BACKUP_RUNS });
